"""The one error that is the user's to mend: its message says what, where, and what to do."""


class InputError(Exception):
    """Input that can't be used; the command line prints it as one line and exits with 2."""
