import re

import pytest

from annotation.enums import Role, SeatReason
from annotation.models import Assignment
from tests.annotation.prelabels import make_prelabel
from tests.annotation.queries.test_honesty import rate, settle, study_with_a_model
from tests.factories import make_member, make_region, make_version
from tests.webapp.pages.cast import client_of
from tests.webapp.pages.test_studies import queries_of

pytestmark = pytest.mark.django_db


def test_without_labels_the_page_says_what_it_waits_for() -> None:
    study, _, _ = study_with_a_model()

    page = client_of(make_member(study, Role.REVIEWER)).get(f"/studies/{study.slug}/models/honesty").content.decode()

    assert page.count("<h2>No curve yet</h2>") == 1
    assert page.count("<svg") == page.count('<svg class="gull"')


def test_the_page_draws_both_scales_and_names_the_versions() -> None:
    study, version, people = study_with_a_model()
    settle(study, version, people, 45)
    chosen = make_region(study)
    make_prelabel(chosen, version, {"quality": 2.5})
    Assignment.objects.filter(region=chosen, number=1).update(turn=1, probability=0.5, reason=SeatReason.MODEL)
    rate(chosen, people, 1, 2)

    page = client_of(make_member(study, Role.MANAGER)).get(f"/studies/{study.slug}/models/honesty").content.decode()

    assert page.count('<figure class="honest">') == 4
    assert page.count('<polyline class="line random"') == 3  # no order: everybody said the same importance of all
    assert page.count("Too few labels for a curve") == 1
    assert page.count(f"</span> {version.name}</th>") == 2
    assert [page.count(f"<td>{words}</td>") for words in ("random order", "chosen by the model")] == [1, 1]
    assert "has become worse" not in page


def test_two_versions_have_lines_of_their_own_with_a_legend_in_words() -> None:
    study, version, people = study_with_a_model()
    settle(study, version, people, 31)
    newer = make_version(study, name="gulls <2>")
    settle(study, newer, people, 31)

    page = client_of(make_member(study, Role.MANAGER)).get(f"/studies/{study.slug}/models/honesty").content.decode()

    assert page.count('<figure class="honest">') == 8
    assert [page.count(f'<polyline class="line version-{number}"') for number in (1, 2, 3)] == [3, 3, 0]
    assert [len(re.findall(f'<text class="end"[^>]*>{number}<', page)) for number in (1, 2)] == [3, 3]
    names = (version.name, "gulls &lt;2&gt;")
    assert [page.count(f"<strong>{n}</strong> {name}</span>") for n, name in enumerate(names, start=1)] == [1, 1]


def test_the_alarm_is_on_both_pages_for_overseers_only() -> None:
    study, version, people = study_with_a_model()
    settle(study, version, people, 60)
    settle(study, version, people, 40, error=1.5)
    words = "The model has become worse at quality."

    for role in (Role.MANAGER, Role.REVIEWER):
        client = client_of(make_member(study, role))
        pages = [client.get(f"/studies/{study.slug}{path}").content.decode() for path in ("", "/models/honesty")]
        assert [page.count(words) for page in pages] == [1, 1]
        assert pages[0].count("On the last 30 labels in random order it was 1.") == 1
    annotator = client_of(people[0])
    assert [annotator.get(f"/studies/{study.slug}{path}").status_code for path in ("", "/models/honesty")] == [302, 403]


def test_the_page_costs_the_same_however_many_labels() -> None:
    study, version, people = study_with_a_model()
    manager = client_of(make_member(study, Role.MANAGER))
    path = f"/studies/{study.slug}/models/honesty"
    settle(study, version, people, 2)
    few = queries_of(manager, path)
    settle(study, version, people, 35)

    assert queries_of(manager, path) == few
