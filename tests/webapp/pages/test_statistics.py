"""The pages about labels: agreement, annotators, disputes, planner, drift."""

from uuid import uuid4

import pytest

from annotation.enums import LabelStatus, Purpose, Role
from annotation.exchange.report.agreement_page import HEADS
from annotation.models import (
    Adjudication,
    Exclusion,
    Label,
    Membership,
    Protocol,
    Region,
    SeatRequest,
    Sitting,
    Study,
    User,
    Vote,
)
from annotation.queries.analyses import forget
from annotation.scales import SCALES
from tests.annotation.queries.test_panel import check, make_panel
from tests.factories import cast, make_member, make_opinion, make_region, make_study
from tests.webapp.pages.cast import client_of, png

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


def test_the_page_follows_a_new_vote() -> None:
    study, raters = make_panel(people=3)
    dora = make_member(study, Role.REVIEWER)
    before = page(study, dora, "agreement")
    cast(make_region(study), raters[0])

    assert page(study, dora, "agreement") != before


def test_annotators_are_dots_and_rows_with_their_flags() -> None:
    study, raters = make_panel()

    found = page(study, make_member(study, Role.REVIEWER), "annotators")

    assert found.count("<circle") == 2 * len(raters)
    assert [found.count(rater.username) > 0 for rater in raters] == [True] * len(raters)


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


def make_dispute(study: Study) -> Region:
    from tests.factories import make_image

    region = make_region(study, make_image(study, png()))
    cast(region, make_member(study), blur=1)
    cast(region, make_member(study), blur=5)
    return region


def test_a_reviewer_decides_a_dispute_and_takes_it_back() -> None:
    study = make_study(votes_wanted=2)
    region = make_dispute(study)
    dora = make_member(study, Role.REVIEWER)
    client, address = client_of(dora), f"/studies/{study.slug}/labels/disputes"

    assert client.get(f"{address}/next")["Location"] == f"{address}/{region.pk}"
    shown = client.get(f"{address}/{region.pk}").content.decode()
    client.post(f"{address}/{region.pk}/decide", {"blur": "2", "quality": "", "reason": "A soft edge."})
    made = Adjudication.objects.get()
    label = Label.objects.get(region=region)
    assert (label.status, label.blur_level, made.quality) == (LabelStatus.SETTLED, 2, None)
    assert "tied" in shown
    assert "A soft edge." in client.get(address).content.decode()
    client.post(f"/studies/{study.slug}/labels/decisions/{made.pk}/withdraw")

    assert Label.objects.get(region=region).status == LabelStatus.DISPUTED
    assert client.get(f"{address}/next?after={region.pk}")["Location"] == address


def test_why_more_votes_were_asked_for_is_told() -> None:
    study = make_study(votes_wanted=2)
    region = make_dispute(study)
    SeatRequest.objects.create(study=study, region=region, seats=2, votes=7, reasons=["wide quality", "camps blur"])

    found = page(study, make_member(study, Role.REVIEWER), f"disputes/{region.pk}")

    assert "Quality: the interval is too wide" in found
    assert "Blur: the votes lie in two camps" in found


def test_nobody_who_voted_is_named_where_a_dispute_is_decided() -> None:
    study = make_study(votes_wanted=2)
    region = make_dispute(study)
    dora = make_member(study, Role.REVIEWER)

    found = page(study, dora, f"disputes/{region.pk}")

    voters = Vote.objects.filter(region=region).values_list("annotator__username", "annotator__memberships__pseudonym")
    assert [name for pair in voters for name in pair if name in found] == []


def test_the_preview_is_the_region_with_a_line_outside_it() -> None:
    from io import BytesIO

    from PIL import Image as Picture

    study = make_study(votes_wanted=2)
    region = make_dispute(study)

    answer = client_of(make_member(study, Role.REVIEWER)).get(f"/studies/{study.slug}/regions/{region.pk}/preview")

    picture = Picture.open(BytesIO(answer.content))
    assert (answer["Content-Type"], picture.size) == ("image/png", (64, 48))
    colours = [picture.getpixel(point) for point in ((30, 24), (8, 24), (7, 24), (0, 0))]
    assert colours == [(200, 40, 90), (255, 255, 255), (0, 0, 0), (200, 40, 90)]


def test_the_planner_answers_from_expectations_and_from_votes() -> None:
    study, _ = make_panel(people=4, regions=8)
    dora = make_member(study, Role.REVIEWER)

    own = page(study, dora, "planner")
    guess = page(study, dora, "planner", scale="blur", source="guess", mean="2", sd="0.5", sos="0.1")
    wrong = page(study, dora, "planner", scale="quality", source="guess", mean="9", sd="0.5", sos="0.1")

    assert [text.count("<polyline") for text in (own, guess, wrong)] == [2, 3, 0]
    assert "From the votes of this study" in own
    assert "less than or equal to 3.9" in wrong


def test_the_planner_forecasts_what_the_rules_will_ask_for() -> None:
    study, _ = make_panel(people=4, regions=8)
    Protocol.objects.create(study=study, adaptive=True, votes_cap=8, votes_budget=5)

    found = page(study, make_member(study, Role.REVIEWER), "planner")

    assert "Votes the rules will still ask for" in found
    assert "5 left" in found


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
