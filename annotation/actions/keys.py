"""A person's own keys on the rating screen."""

from annotation.keys import as_text, keys_of
from annotation.models import User


def choose_keys(*, person: User, text: str) -> dict[str, str]:
    """Keeps what differs from the first keys. Raises InvalidInput naming what makes no sense; then nothing changes."""
    keys = keys_of(text)
    person.keys = as_text(keys)
    person.save(update_fields=["keys"])
    return keys
