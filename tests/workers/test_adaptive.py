import pytest

from annotation.models import SeatRequest
from tests.annotation.actions.test_adaptive import make_asking_study, make_voted
from workers.app import app
from workers.tasks.adaptive import ask_for_more_task, look_at_all_labels_task

pytestmark = pytest.mark.django_db


def test_a_tick_asks_in_every_study_and_the_next_one_finds_nothing_to_do() -> None:
    for _ in range(2):
        make_voted(make_asking_study(), (0, 0, 4))

    assert [ask_for_more_task(), ask_for_more_task(), look_at_all_labels_task()] == [4, 0, 0]

    assert SeatRequest.objects.count() == 2


@pytest.mark.parametrize("name", ["more votes", "more votes, all labels"])
def test_the_ticks_are_in_the_schedule(name: str) -> None:
    entry = app.conf.beat_schedule[name]

    assert entry["options"]["queue"] == "default"
    assert entry["task"] in {ask_for_more_task.name, look_at_all_labels_task.name}
