"""Agreement for programs: the page's numbers, in batches too, without anybody's name."""

import json

import pytest

from annotation.enums import Role
from annotation.models import Membership
from annotation.queries.analyses import agreements_at, forget
from annotation.scales import SCALES
from tests.annotation.queries.test_panel import make_panel
from tests.factories import make_member
from tests.webapp.api.answers import assert_as_described
from tests.webapp.api.client import Api

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of four regions."""
    forget()
    monkeypatch.setattr("annotation.aggregation.batches.batches.__defaults__", (4, 20, 2))


def test_every_scale_has_every_statistic_of_all_regions_and_of_each_batch() -> None:
    study, raters = make_panel()
    dora = make_member(study, Role.REVIEWER)

    answer = Api(dora).get(f"studies/{study.slug}/agreement")

    assert_as_described("get studies/{slug}/agreement", answer)
    scales = answer.json()["scales"]
    assert [one["scale"] for one in scales] == [*SCALES, "all distortions"]
    assert [[batch["regions"] for batch in one["batches"]] for one in scales] == [[4, 2]] * 8 + [[24, 12]]
    quality, found = scales[6], agreements_at(study)["quality"]
    assert (quality["regions"], quality["annotators"], quality["votes"]) == (6, 4, 24)
    assert quality["statistics"]["icc_one"]["value"] == pytest.approx(found.one_way.single.value, abs=1e-6)
    assert {len(batch["statistics"]) for one in scales for batch in one["batches"]} == {15}
    names = set(Membership.objects.filter(user__in=raters).values_list("pseudonym", flat=True))
    assert set(quality["without_each"]) == names
    assert [rater.username for rater in raters if rater.username in json.dumps(scales)] == []


def test_a_study_without_votes_has_no_scales() -> None:
    study, _ = make_panel(people=1, regions=0)

    answer = Api(make_member(study, Role.REVIEWER)).get(f"studies/{study.slug}/agreement")

    assert answer.json() == {"scales": []}
