"""The errors of the command line.

CommandError    a verb that cannot be done as it was called; told in words, exit 1
"""


class CommandError(Exception):
    """A verb that cannot be done as it was called."""
