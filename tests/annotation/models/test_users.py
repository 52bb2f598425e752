import re

from annotation.models import Membership
from annotation.models.users import make_pseudonym


def test_a_pseudonym_is_one_of_280_million_million() -> None:
    """A thousand people of a file get the same one twice once in 560 million files; with half the digits, once in 34."""
    name = make_pseudonym()

    assert re.fullmatch("a[0-9a-f]{12}", name)
    assert len(name) <= Membership._meta.get_field("pseudonym").max_length
