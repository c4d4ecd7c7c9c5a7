"""The one error that is the user's to mend: a message that says what was wrong, where, and what to do."""


class InputError(Exception):
    """Input that can't be used; the command line prints it as one line and exits with 2."""
