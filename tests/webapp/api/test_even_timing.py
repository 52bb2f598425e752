"""Answers leave on a beat where something may be hidden, and at once where nothing is."""

import pytest

from annotation.enums import Purpose
from annotation.models import Assignment, Study, User, Vote
from tests.annotation.actions.sitters import let_pass, make_gold, make_protocol
from tests.factories import make_region
from tests.webapp.api.client import Api, ballot
from webapp.api import even_timing

NEXT = "studies/birds/assignments"


class Clock:
    """Stands still but for what is slept, and what work is said to take."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time, self.waits = 1000.0, 0
        monkeypatch.setattr(even_timing, "now", lambda: self.time)
        monkeypatch.setattr(even_timing, "pause", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.waits += 1


@pytest.mark.parametrize(
    ("work_ms", "answered_ms"), [(0.0, 0), (0.1, 20), (7.3, 20), (10.5, 20), (19.9, 20), (20.1, 40), (63.0, 80)]
)
def test_an_answer_leaves_on_the_next_beat(monkeypatch: pytest.MonkeyPatch, work_ms: float, answered_ms: int) -> None:
    clock = Clock(monkeypatch)
    asked_at = even_timing.now()

    clock.time += work_ms / 1000
    even_timing.wait_for_beat(asked_at)

    assert round((clock.time - asked_at) * 1000, 6) == answered_ms


def rate(ben: User, times: int, clock: Clock) -> dict[str, set[tuple[int, int]]]:
    """How often next and vote waited, by what the region was for."""
    waits: dict[str, set[tuple[int, int]]] = {}
    for _ in range(times):
        before = clock.waits
        seat = Api(ben).post(NEXT).json()["assignment"]
        asked = clock.waits
        vote = Api(ben).post("votes", ballot(seat["lease"])).json()
        purpose = Vote.objects.get(pk=vote["id"]).purpose
        waits.setdefault(purpose, set()).add((asked - before, clock.waits - asked))
        let_pass(seconds=1)
    return waits


@pytest.mark.django_db
def test_every_kind_of_region_is_answered_on_the_beat(study: Study, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_protocol(study, gold_every=4, repeat_share=0.2, repeat_gap=2)
    for _ in range(20):
        make_region(study)
    for _ in range(3):
        make_gold(study)

    waits = rate(ben, 20, Clock(monkeypatch))

    assert waits == {purpose: {(1, 1)} for purpose in (Purpose.LABEL, Purpose.GOLD, Purpose.REPEAT)}


@pytest.mark.django_db
@pytest.mark.parametrize("gold_every", [0, 1])
def test_taking_a_vote_back_is_answered_on_the_beat(
    study: Study, ben: User, monkeypatch: pytest.MonkeyPatch, gold_every: int
) -> None:
    make_protocol(study, gold_every=gold_every, undo_votes=5, undo_minutes=10)
    make_region(study), make_gold(study)
    clock = Clock(monkeypatch)
    rate(ben, 1, clock)
    before, vote = clock.waits, Vote.objects.get()

    answer = Api(ben).post(f"votes/{vote.pk}/retraction")

    assert (answer.status_code, clock.waits - before) == (200, 1)
    assert vote.purpose == (Purpose.GOLD if gold_every else Purpose.LABEL)


@pytest.mark.django_db
def test_nobody_waits_where_nothing_is_hidden(study: Study, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        make_region(study)

    assert rate(ben, 2, Clock(monkeypatch)) == {Purpose.LABEL: {(0, 0)}}
    assert Assignment.objects.exclude(vote=None).count() == 2
