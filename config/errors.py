"""The errors of this room.

ConfigError
+-- SettingsError    a settings file or variable that a node must not start with
"""


class ConfigError(Exception):
    """Any refusal of this room."""


class SettingsError(ConfigError):
    """A settings file or variable that a node must not start with.

    Args:
        problems: one line each, "section.key: what is wrong and what to do",
            never with the refused value, which may be a secret.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
