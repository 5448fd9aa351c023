"""What stops the demo: one line that says what was expected and what came instead."""


class DemoError(Exception):
    """The chain did not go as it must; the message names no person."""


class TooSlowError(DemoError):
    """What the demo waited for did not come in time."""


class ConflictError(DemoError):
    """A page was overtaken by what happened since it was opened: a person reloads."""
