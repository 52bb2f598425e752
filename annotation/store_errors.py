"""What a store of files raises that is on another machine. Apart from the store itself, whose libraries are slow to import."""


class StoreAwayError(OSError):
    """The store does not answer, or refuses us: no fault of the file that was asked for, and it may be back in a minute."""
