from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.actions.prelabels import fail_prelabels
from annotation.actions.versions import promote
from annotation.enums import JobStatus, Role, StudyStatus
from annotation.models import Export, Heartbeat, Import, Membership
from tests.factories import cast, make_image, make_member, make_region, make_study, make_version
from tests.webapp.pages.cast import client_of, make_cast
from tests.webapp.pages.test_studies import queries_of

pytestmark = pytest.mark.django_db


def test_the_page_costs_the_same_whatever_the_study_holds() -> None:
    study = make_study(votes_wanted=2)
    manager = client_of(make_member(study, Role.MANAGER))
    raters = [make_member(study) for _ in range(2)]
    cast(make_region(study), raters[0])
    one = queries_of(manager, f"/studies/{study.slug}")
    for _ in range(3):
        region = make_region(study)
        for rater in raters:
            cast(region, rater)
        make_member(study)

    assert queries_of(manager, f"/studies/{study.slug}") == one


def test_the_manager_sees_names_and_the_reviewer_pseudonyms() -> None:
    scene = make_cast()
    pseudonym = Membership.objects.get(user=scene.people["annotator"]).pseudonym

    pages = {
        kind: client_of(scene.people[kind]).get("/studies/gulls").content.decode() for kind in ("manager", "reviewer")
    }

    assert [">ben" in pages["manager"], pseudonym in pages["manager"]] == [True, False]
    assert [">ben" in pages["reviewer"], pseudonym in pages["reviewer"]] == [False, True]


def test_the_page_tells_the_numbers_and_draws_eight_charts() -> None:
    scene = make_cast()

    page = client_of(scene.people["manager"]).get("/studies/gulls").content.decode()

    assert "1 of 1 opinions" in page
    assert page.count('role="img" aria-labelledby="chart-') == 8
    assert "bad 0, poor 0, fair 0, good 1, excellent 0." in page
    assert "1 proposal waits for a decision." in page


@pytest.mark.parametrize(
    ("work", "every"), [("nothing", "30s"), ("import", "3s"), ("export", "3s"), ("proposals", "3s")]
)
def test_the_numbers_refresh_faster_while_work_is_under_way(work: str, every: str) -> None:
    scene = make_cast()
    scene.study.images.update(proposed_at="2026-01-01T00:00Z")
    if work == "import":
        Import.objects.create(study=scene.study, source="x.zip", status=JobStatus.RUNNING, done=1, total=4)
    elif work == "export":
        Export.objects.create(study=scene.study, format="csv")
    elif work == "proposals":
        make_image(scene.study)

    fragment = client_of(scene.people["reviewer"]).get("/studies/gulls/progress").content.decode()

    assert f'hx-trigger="every {every}"' in fragment
    assert "<html" not in fragment


def test_a_closed_study_without_work_is_left_alone() -> None:
    scene = make_cast()
    scene.study.images.update(proposed_at="2026-01-01T00:00Z")
    scene.study.status = StudyStatus.CLOSED
    scene.study.save()

    assert "hx-get" not in client_of(scene.people["manager"]).get("/studies/gulls/progress").content.decode()


def test_the_manager_pauses_closes_and_opens() -> None:
    scene = make_cast()
    client = client_of(scene.people["manager"])

    states = []
    for status in ("paused", "closed", "open", "nonsense"):
        page = client.post("/studies/gulls/status", {"status": status}, follow=True).content.decode()
        scene.study.refresh_from_db()
        states.append(scene.study.status)

    assert states == ["paused", "closed", "open", "open"]
    assert "The status must be one of open, paused, closed, not &#x27;nonsense&#x27;." in page


def test_the_page_says_what_the_model_has_yet_to_look_at_and_what_it_could_not() -> None:
    study = make_study()
    manager = client_of(make_member(study, Role.MANAGER))
    images = [make_region(study).image for _ in range(3)]
    promote(study=study, version=make_version(), reason="The first.")
    fail_prelabels(image=images[0], reason="no pixels in it")

    page = manager.get(f"/studies/{study.slug}").content.decode()
    review = manager.get(f"/studies/{study.slug}/images/{images[0].pk}").content.decode()

    assert page.count("The model has yet to look at 2 images") == 1
    assert page.count("The model could not look at 1 image;") == 1
    assert review.count("The model could not look at this image: no pixels in it") == 1


AWAY = {
    "default": "The worker for everything small is away.",
    "imports": "The worker for imports is away.",
    "gpu": "The worker for proposals and the model is away.",
    "interactive": "The worker for clicks is away.",
}


def test_a_worker_that_is_away_is_told_in_plain_words() -> None:
    """Each by words of its own; labels that do not come have a reason."""
    scene = make_cast()
    manager = client_of(scene.people["manager"])
    now, long_ago = timezone.now(), timezone.now() - timedelta(hours=3)
    Heartbeat.objects.create(name="beat", beat_at=now)
    Heartbeat.objects.create(name="asking", beat_at=long_ago)
    Heartbeat.objects.create(name="queue gpu", beat_at=long_ago)

    text = manager.get("/studies/gulls").content.decode()
    assert [name for name in AWAY if AWAY[name] not in text] == []
    assert (text.count("It was last seen 3\xa0hours ago."), text.count("It has never been seen.")) == (1, 3)

    for name in AWAY:
        Heartbeat.objects.update_or_create(name=f"queue {name}", defaults={"beat_at": now})
    assert "away" not in manager.get("/studies/gulls").content.decode()

    Heartbeat.objects.filter(name="beat").update(beat_at=long_ago)
    text = manager.get("/studies/gulls").content.decode()
    assert (text.count("The platform's clock is away."), text.count(" is away.")) == (1, 1)


def test_a_study_that_its_people_cannot_finish_says_so() -> None:
    study = make_study(slug="gulls", votes_wanted=3)
    manager, words = client_of(make_member(study, Role.MANAGER)), "Each region wants 3 different people; "

    def said() -> str:
        page = manager.get("/studies/gulls").content.decode()
        return page.partition(words)[2].partition(".")[0]

    none = said()
    cast(make_region(study), make_member(study))
    one = said()
    for _ in range(2):
        make_member(study)

    assert (none, one, said()) == ("", "1 person can rate here", "")


def test_the_address_of_a_study_takes_an_annotator_to_their_work() -> None:
    scene = make_cast()

    answer = client_of(scene.people["annotator"]).get("/studies/gulls")

    assert (answer.status_code, answer["Location"]) == (302, "/studies/gulls/rate")
