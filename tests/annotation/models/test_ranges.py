"""PostgreSQL refuses what is out of bounds, whoever writes it; what was not said is never out of bounds."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from annotation.models import Assignment, Label, Vote
from annotation.opinion import DISTORTIONS, SCALES, TOP_LEVEL
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db

FACTS = (
    *("duration_ms", "outline_hidden_ms", "whole_view_ms", "region_view_ms", "away_ms", "viewport_width"),
    *("viewport_height", "screen_width", "screen_height", "zoom_events", "edits", "codebook", "position", "row_order"),
)


def write(**values: object) -> Vote:
    study = make_study()
    common = {"study": study, "region": make_region(study), "annotator": make_member(study), "duration_ms": 1}
    return Vote.objects.create(**common | {"idempotency_key": uuid4()} | dict.fromkeys(SCALES, 0) | values)


@pytest.mark.parametrize("scale", SCALES)
def test_a_level_is_one_of_its_scale(scale: str) -> None:
    write(**{scale: TOP_LEVEL[scale]})

    for level in (-1, TOP_LEVEL[scale] + 1):
        with pytest.raises(IntegrityError, match='"vote_levels_in_range"'), transaction.atomic():
            write(**{scale: level})


@pytest.mark.parametrize("fact", FACTS)
def test_what_a_client_says_about_itself_is_not_negative(fact: str) -> None:
    write(**{fact: 0})

    with pytest.raises(IntegrityError, match='"vote_facts_not_negative"'), transaction.atomic():
        write(**{fact: -1})


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"row_order": 720}, "vote_row_order_known"),
        ({"prelabel_seen": "perhaps"}, "vote_prelabel_was_seen"),
        ({"purpose": "fun", "surplus": True}, "vote_purpose_known"),
    ],
)
def test_a_vote_of_a_kind_nobody_knows_is_refused(values: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'):
        write(**values)


@pytest.mark.parametrize("scale", SCALES)
def test_a_class_is_one_of_five_or_none(scale: str) -> None:
    study = make_study()
    cast(make_region(study), make_member(study))
    label = Label.objects.filter(study=study)

    label.update(**{f"{scale}_level": None})
    label.update(**{f"{scale}_level": 4})
    for level in (-1, 5):
        with pytest.raises(IntegrityError, match='"label_levels_in_range"'), transaction.atomic():
            label.update(**{f"{scale}_level": level})


@pytest.mark.parametrize("exposed", [-1, 2])
def test_no_more_votes_saw_a_guess_than_there_are(exposed: int) -> None:
    study = make_study()
    cast(make_region(study), make_member(study), **dict.fromkeys(DISTORTIONS, 2))

    with pytest.raises(IntegrityError, match='"label_exposed_at_most_all"'):
        Label.objects.update(exposed_votes=exposed)


@pytest.mark.parametrize(
    "values", [{"purpose": "fun"}, {"purpose": "fun", "number": 0}, {"number": 0}, {"number": -1}, {"purpose": "gold"}]
)
def test_a_seat_is_for_something_known_and_numbered_for_it(values: dict[str, object]) -> None:
    study = make_study()
    make_region(study)
    person = make_member(study)
    held = {"annotator": person, "leased_at": "2026-01-01T00:00Z", "leased_until": "2026-01-01T00:10Z"}

    with pytest.raises(IntegrityError, match='"seat_number_fits_purpose"'):
        Assignment.objects.filter(pk=Assignment.objects.earliest("pk").pk).update(**held | values)
