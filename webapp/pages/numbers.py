"""Numbers that come as text in an address or a form."""


def whole(text: str) -> int | None:
    """A whole number from 0 on that a row's key may be; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
