"""How reading a file ended, as the reading process says it by its exit status."""

WHOLE, CUT, LOCKED, DAMAGED, TOO_LARGE = 0, 10, 11, 12, 13


class Locked(Exception):
    """The file cannot be read without its password."""
