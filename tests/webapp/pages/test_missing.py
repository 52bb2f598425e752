"""A slash too many leads to the page that was meant, and nowhere else."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/studies/gulls/", "/studies/gulls"),
        ("/studies/gulls/images//?page=2&sort=name", "/studies/gulls/images?page=2&sort=name"),
        ("/account/", "/account"),
    ],
)
def test_a_slash_too_many_is_taken_away(typed: str, meant: str) -> None:
    answer = Client().get(typed)

    assert (answer.status_code, answer["Location"]) == (301, meant)


@pytest.mark.parametrize("typed", ["/gulls", "/gulls/", "/gulls//account/", "/studies/gulls/nothing/"])
def test_what_is_no_page_without_it_either_is_not_there(typed: str) -> None:
    answer = Client().get(typed)

    assert (answer.status_code, "Location" in answer) == (404, False)


def test_nothing_is_sent_on_to_another_address() -> None:
    assert Client().post("/account/").status_code == 404
