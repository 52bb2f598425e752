import pytest

from annotation.actions.leases import Answer, lease_next
from annotation.actions.viewing import new_challenge, read_challenge
from annotation.enums import CheckPolicy
from annotation.models import Protocol, Sitting, Study, User, ViewingCheck
from tests.annotation.actions.sitters import make_protocol
from tests.factories import make_member, make_region
from tests.webapp.api.client import Api, error_of

pytestmark = pytest.mark.django_db

URL = "studies/birds/viewing-checks"
SCREEN = {
    "screen_width": 1920, "screen_height": 1080, "window_width": 1920, "window_height": 970, "device_pixel_ratio": 1.25,
    "pixel_pitch_um": 276.7, "distance_cm": 95, "colour_gamut": "p3", "high_dynamic_range": False, "dark_mode": True,
    "night_mode_off": True, "time_zone": "Europe/Berlin",
}  # fmt: skip


def right(study: Study, person: User) -> dict[str, object]:
    token = new_challenge(study, person)
    challenge = read_challenge(token, study, person)
    digits = list(challenge.digits.values())
    return {"challenge": token, "dark": list(challenge.dark), "light": list(challenge.light), "digits": digits} | SCREEN


@pytest.fixture
def protocol(study: Study) -> Protocol:
    return make_protocol(study, viewing_check=CheckPolicy.BLOCK)


def test_a_passed_check_lets_the_person_rate(study: Study, ben: User, protocol: Protocol) -> None:
    make_region(study)
    assert Api(ben).post("studies/birds/assignments").json()["answer"] == "check_due"

    response = Api(ben).post(URL, right(study, ben))

    check = ViewingCheck.objects.get()
    assert response.status_code == 201
    assert response.json() | {"expires_at": ""} == {"passed": True, "failings": [], "blocks": False, "expires_at": ""}
    assert (check.annotator, check.time_zone, check.colour_gamut, check.dark_mode) == (ben, "Europe/Berlin", "p3", True)
    assert lease_next(study=study, annotator=ben).answer == Answer.SEAT


@pytest.mark.parametrize("policy, blocks", [(CheckPolicy.BLOCK, True), (CheckPolicy.WARN, False)])
def test_a_failed_one_blocks_or_warns(
    study: Study, ben: User, protocol: Protocol, policy: CheckPolicy, blocks: bool
) -> None:
    Protocol.objects.update(viewing_check=policy)
    make_region(study)

    body = Api(ben).post(URL, right(study, ben) | {"dark": [], "light": []}).json()

    assert body | {"expires_at": ""} == {
        "passed": False, "failings": ["brightness"], "blocks": blocks, "expires_at": "",
    }  # fmt: skip
    assert lease_next(study=study, annotator=ben).answer == (Answer.CHECK_DUE if blocks else Answer.SEAT)


@pytest.mark.parametrize(
    "change",
    [
        {"dark": [12]}, {"dark": "all"}, {"digits": [1]}, {"digits": [10, 1, 2]}, {"screen_width": 0}, {"passed": True},
        {"device_pixel_ratio": 0}, {"colour_gamut": "cmyk"}, {"pixel_pitch_um": 1e9}, {"challenge": "a:b:c"},
        {"user_agent": "x"}, {"time_zone": "x" * 65},
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_nothing_is_kept(
    study: Study, ben: User, protocol: Protocol, change: dict[str, object]
) -> None:
    assert Api(ben).post(URL, right(study, ben) | change).status_code == 400
    assert ViewingCheck.objects.count() == 0


def test_a_challenge_of_somebody_else_is_no_use(study: Study, ben: User, protocol: Protocol) -> None:
    assert error_of(Api(ben).post(URL, right(study, make_member(study)))) == (400, "invalid")


def test_who_stops_ends_their_own_sitting(study: Study, ben: User, protocol: Protocol) -> None:
    Protocol.objects.update(viewing_check=CheckPolicy.OFF)
    make_region(study), make_region(study)
    eve = make_member(study)
    for person in (ben, eve):
        assert lease_next(study=study, annotator=person).answer == Answer.SEAT

    assert Api(ben).post("studies/birds/sitting-end").status_code == 204

    assert Sitting.objects.get(annotator=ben).ended_at is not None
    assert Sitting.objects.get(annotator=eve).ended_at is None
