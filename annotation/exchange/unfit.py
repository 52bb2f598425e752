"""The one way in which a file is refused."""

ADVICE = "Save it as an 8-bit RGB or grey JPEG, PNG or WebP."


class UnfitError(ValueError):
    """The file will not do; the message says why and what would."""
