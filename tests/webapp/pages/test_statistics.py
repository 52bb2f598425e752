"""The pages about labels: agreement, annotators, disputes, planner, drift."""

import re
from uuid import uuid4

import pytest

from annotation.actions.exclusions import exclude
from annotation.enums import Purpose, Role
from annotation.exchange.report.agreement_page import HEADS
from annotation.exchange.report.words import WORDS
from annotation.models import (
    Exclusion,
    Label,
    Membership,
    Region,
    Sitting,
    Study,
    User,
    Vote,
)
from annotation.queries.analyses import agreements_at, forget, panel_at, screenings_at
from annotation.scales import SCALES
from tests.annotation.exchange.test_orientation import ASCII, ORIENTATION, SHORT, exif, jpeg
from tests.annotation.queries.test_panel import check, make_panel
from tests.annotation.queries.test_panel_verification import make_crowd
from tests.factories import cast, make_image, make_member, make_opinion, make_region, make_study
from tests.webapp.pages.cast import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget()


def page(study: Study, person: User, end: str, **given: str) -> str:
    answer = client_of(person).get(f"/studies/{study.slug}/labels/{end}", given)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("end", ["agreement", "annotators", "disputes", "planner", "drift", "report"])
def test_a_study_without_votes_says_so(end: str) -> None:
    study = make_study()

    assert "<h1>" in page(study, make_member(study, Role.REVIEWER), end)


def test_agreement_shows_every_scale_and_the_distortions_together() -> None:
    study, _ = make_panel()

    found = page(study, make_member(study, Role.REVIEWER), "agreement")

    assert found.count('class="interval-line"') == len(SCALES) + 1
    assert "All distortions" in found
    assert "In the course of the study" not in found  # all regions are in one batch


def test_agreement_of_each_batch_is_fetched_on_every_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotation.aggregation.batches.batches.__defaults__", (3, 20, 2))
    monkeypatch.setattr("annotation.aggregation.batches.order_of.__defaults__", (3,))
    study, _ = make_panel()
    dora = make_member(study, Role.REVIEWER)

    whole = page(study, dora, "agreement")
    part = client_of(dora).get(f"/studies/{study.slug}/labels/agreement", headers={"HX-Request": "true"})

    found = part.content.decode()
    assert (whole.count('hx-trigger="load"'), whole.count("<details")) == (1, 0)
    assert (found.count("<details"), found.count("<summary"), found.count("<html")) == (len(HEADS), len(HEADS), 0)
    assert found.count('class="end estimate"') == len(HEADS) * 2 * (len(SCALES) + 1)


def test_alpha_without_the_one_who_votes_at_random_is_told_first() -> None:
    study, people = make_crowd()
    name = Membership.objects.get(user=people[0]).pseudonym
    found = agreements_at(study)["quality"]
    alone = found.without_each[list(panel_at(study).annotators).index(name)]

    shown = page(study, make_member(study, Role.REVIEWER), "agreement")

    listed = re.findall(r"<li>(\w+): alpha ([\d.]+)", shown[shown.index('id="without"') :])
    assert alone > found.ordinal.value + 0.1
    assert listed[0] == (name, f"{alone:.2f}")


def test_the_page_follows_a_new_vote() -> None:
    study, raters = make_panel(people=3)
    dora = make_member(study, Role.REVIEWER)
    before = page(study, dora, "agreement")
    cast(make_region(study), raters[0])

    assert page(study, dora, "agreement") != before


def test_annotators_are_dots_and_rows_with_their_flags() -> None:
    study, raters = make_panel()

    found = page(study, make_member(study, Role.MANAGER), "annotators")

    assert found.count("<circle") == 2 * len(raters)
    assert [found.count(rater.username) > 0 for rater in raters] == [True] * len(raters)


def test_reviewers_see_no_name_wherever_annotators_are_told_apart() -> None:
    study, (ben, *_) = make_panel()
    ada, dora = make_member(study, Role.MANAGER, "ada"), make_member(study, Role.REVIEWER, "dora")
    exclude(study=study, annotator=ben, by=ada, reason="Asleep.")
    person = Membership.objects.get(user=ben)
    ends = ("annotators", f"annotators/{person.pk}", "drift")

    manager, reviewer = ([page(study, who, end) for end in ends] for who in (ada, dora))

    assert [ben.username in found for found in manager[:2]] == [True, True]
    assert [ben.username in found for found in reviewer] == [False, False, False]
    assert [person.pseudonym in found for found in reviewer[:2]] == [True, True]


def test_one_person_s_page_has_every_signal_with_value_limit_and_flag() -> None:
    """Person 0 votes at random and hastily; the plots are bias and inconsistency among everybody's."""
    study, people = make_crowd()
    told = {signal.name: signal for signal in screenings_at(study)["quality"][0].told}

    found = page(study, make_member(study, Role.REVIEWER), f"annotators/{Membership.objects.get(user=people[0]).pk}")
    everybody = page(study, make_member(study, Role.REVIEWER), "annotators")

    quality = found[found.index('id="scale-quality"') : found.index('id="scale-importance"')]
    rows = re.findall(
        r"<th scope=\"row\">(.*?)<br>.*?<td class=\"end\">(.*?)</td><td class=\"end\">(.*?)</td>", quality
    )
    names = {WORDS[name][0] for name in told}
    assert {name for name, _, _ in rows} == names
    assert len(rows) == 10
    shown = {name: (value, limit) for name, value, limit in rows}
    gold = told["gold"]
    assert shown["Gold"] == (f"{gold.value:.2f}", "0.80")
    assert quality.count('<span class="tag warn">flag</span>') == sum(signal.flagged for signal in told.values())
    assert (quality.count('class="interval-line"'), everybody.count('<circle class="flagged"') > 0) == (2, True)


def test_a_manager_excludes_with_a_reason_and_lifts_it_again() -> None:
    study, (ben, *_) = make_panel()
    ada = make_member(study, Role.MANAGER)
    client, pk = client_of(ada), Membership.objects.get(user=ben).pk
    address = f"/studies/{study.slug}/labels/annotators/{pk}"

    client.post(f"{address}/exclude", {"reason": ""})
    assert Exclusion.objects.count() == 0
    client.post(f"{address}/exclude", {"reason": "Half of the gold is wrong."})
    shown = client.get(address).content.decode()
    client.post(f"{address}/lift", {"reason": "A wrong gold answer."})

    made = Exclusion.objects.get()
    assert "Half of the gold is wrong." in shown
    assert (made.made_by, made.lifted_by, made.lifted_reason) == (ada, ada, "A wrong gold answer.")
    assert Label.objects.filter(votes=4).count() == 6


def test_a_reviewer_looks_but_does_not_exclude() -> None:
    study, (ben, *_) = make_panel(people=2, regions=2)
    dora, pk = make_member(study, Role.REVIEWER), Membership.objects.get(user=ben).pk

    answer = client_of(dora).post(f"/studies/{study.slug}/labels/annotators/{pk}/exclude", {"reason": "No."})

    assert (answer.status_code, Exclusion.objects.count()) == (403, 0)


def test_drift_is_shown_for_votes_in_sittings() -> None:
    study, (ben, cleo, *_) = make_panel(people=2, regions=2)
    for person in (ben, cleo):
        sitting = Sitting.objects.create(study=study, annotator=person, number=1)
        for position in range(1, 26):
            values = {scale: getattr(make_opinion(quality=min(4, position // 6)), scale) for scale in SCALES}
            Vote.objects.create(
                study=study, region=make_region(study), annotator=person, idempotency_key=uuid4(), duration_ms=5_000,
                sitting=sitting, position=position, **values,
            )  # fmt: skip

    found = page(study, make_member(study, Role.REVIEWER), "drift")

    assert found.count('class="interval-line"') == 6
    assert "2 sittings compared" in found


def test_a_second_opinion_is_listed_where_it_differs_and_changes_nothing() -> None:
    study = make_study(votes_wanted=5)
    people = [make_member(study) for _ in range(5)]
    for number in range(10):
        region = make_region(study)
        for place, person in enumerate(people):
            cast(region, person, blur=1 if number % 3 == 0 or place < 2 + (number == 8) else 5)
    dora = make_member(study, Role.REVIEWER)

    found = page(study, dora, "second-opinion")
    person = page(study, dora, f"annotators/{Membership.objects.get(user=people[0]).pk}")

    assert "1 of 60 settled answers" in found
    assert "3 of 5" in found
    assert "Sees none where none is" in person


def test_second_looks_are_on_the_page_about_drift() -> None:
    study, (ben, cleo) = make_panel(people=2, regions=4)
    for region in Region.objects.filter(study=study):
        for person in (ben, cleo):
            check(region, person, Purpose.REPEAT, quality=2)

    found = page(study, make_member(study, Role.REVIEWER), "drift")

    assert "Quality, the same region once more" in found
    assert "Too few second looks" in found


def test_the_report_is_a_page_and_one_click_away_as_a_file() -> None:
    study, raters = make_panel()
    dora = make_member(study, Role.REVIEWER)

    found = page(study, dora, "report")
    client_of(dora).post(f"/studies/{study.slug}/downloads/request", {"format": "report", "with_excluded": "on"})

    assert [found.count(word) > 0 for word in ("Krippendorff", "Votes per region", raters[0].username)] == [
        True,
        True,
        False,
    ]
    made = study.exports.get()
    assert (made.format, made.with_excluded) == ("report", True)


def test_a_preview_of_a_file_that_is_no_picture_is_not_there() -> None:
    study = make_study()
    region = make_region(study)

    answer = client_of(make_member(study, Role.REVIEWER)).get(f"/studies/{study.slug}/regions/{region.pk}/preview")

    assert answer.status_code == 404


def test_a_preview_of_a_photograph_with_a_tag_of_an_odd_kind_is_there() -> None:
    study = make_study()
    data = jpeg(exif((0x0100, ASCII, 4, b"120\0"), (ORIENTATION, SHORT, 1, 3)))
    region = make_region(study, make_image(study, data, media_type="image/jpeg", width=60, height=40))

    answer = client_of(make_member(study, Role.REVIEWER)).get(f"/studies/{study.slug}/regions/{region.pk}/preview")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
