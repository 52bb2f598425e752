import pytest

from annotation.models import Assignment
from tests.annotation.actions.test_turns import judged_study
from workers.app import app
from workers.tasks.turns import deal_turns_task

pytestmark = pytest.mark.django_db


def test_every_study_that_runs_short_is_dealt_and_ringing_again_changes_nothing() -> None:
    studies = [judged_study(40), judged_study(40)]

    assert [deal_turns_task(), deal_turns_task()] == [80, 0]

    for study in studies:
        assert Assignment.objects.filter(study=study, turn__isnull=False).count() == 40


def test_the_tick_is_in_the_schedule() -> None:
    entry = app.conf.beat_schedule["turns"]

    assert (entry["task"], entry["schedule"], entry["options"]["queue"]) == (deal_turns_task.name, 5.0, "default")
