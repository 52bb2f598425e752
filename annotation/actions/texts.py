"""What people write, before it is kept."""

import re

from annotation.errors import InvalidInput

_UNKEPT = re.compile(r"[\0\ud800-\udfff]")
"""PostgreSQL has no null character in a text, UTF-8 no half of a character that UTF-16 writes in two."""


def check_text(text: str) -> None:
    """Raises InvalidInput for what no database can hold."""
    if _UNKEPT.search(text):
        raise InvalidInput("The text has a character that cannot be kept.")
