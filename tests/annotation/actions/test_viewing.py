"""The viewing check: what is hidden, what the server makes of the answers, and how long it holds."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from annotation.actions.viewing import Screen, Seen, new_challenge, read_challenge, record_check
from annotation.enums import CheckPolicy
from annotation.errors import InvalidInput
from annotation.models import Study, User, ViewingCheck
from annotation.viewing_challenge import CELLS, DARK_PATCHES, LIGHT_PATCHES, Challenge, challenge_of
from tests.annotation.actions.sitters import make_protocol
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db
SCREEN = Screen(1920, 1080, 1920, 970, 1.0, pixel_pitch_um=276.7, distance_cm=95, night_mode_off=True)


@pytest.fixture
def study() -> Study:
    study = make_study()
    make_protocol(study, viewing_check=CheckPolicy.BLOCK, check_minutes=30)
    return study


@pytest.fixture
def ben(study: Study) -> User:
    return make_member(study)


def all_found(challenge: Challenge) -> Seen:
    return Seen(list(challenge.dark), list(challenge.light), list(challenge.digits.values()))


def judged(study: Study, ben: User, screen: Screen = SCREEN) -> ViewingCheck:
    challenge = read_challenge(new_challenge(study, ben), study, ben)
    seen = all_found(challenge)
    return record_check(study=study, annotator=ben, challenge=challenge, seen=seen, screen=screen)


def test_challenges_differ_and_each_follows_from_its_secret() -> None:
    many = [challenge_of(bytes([number])) for number in range(200)]

    assert many == [challenge_of(bytes([number])) for number in range(200)]
    assert len({str(one) for one in many}) == 200
    assert {len(one.dark) for one in many} == {len(one.light) for one in many} == {3, 4}
    assert {cell for one in many for cell in (*one.dark, *one.light)} == set(range(CELLS))
    assert {level for one in many for level in one.dark.values()} == set(DARK_PATCHES)
    assert {level for one in many for level in one.light.values()} == set(LIGHT_PATCHES)
    assert {digit for one in many for digit in one.digits.values()} == set(range(2, 10))


def test_who_finds_everything_on_a_good_screen_has_passed(study: Study, ben: User) -> None:
    check = judged(study, ben)

    assert (check.passed, check.failings) == (True, [])
    assert (check.brightness_right, check.colours_right, check.colours_shown) == (check.brightness_shown, 3, 3)
    assert (check.pixel_pitch_um, check.distance_cm, check.screen_width, check.window_height) == (276.7, 95, 1920, 970)
    assert timedelta(minutes=29) < check.expires_at - timezone.now() <= timedelta(minutes=30)


@pytest.mark.parametrize(
    "change, failing",
    [
        ({"screen_width": 1279, "window_width": 1279}, "screen"),
        ({"screen_height": 719, "window_height": 700}, "screen"),
        ({"window_width": 1800}, "window"),
        ({"window_height": 800}, "window"),
        ({"night_mode_off": False}, "night_mode"),
    ],
)
def test_what_the_screen_fails(study: Study, ben: User, change: dict[str, int], failing: str) -> None:
    check = judged(study, ben, replace(SCREEN, **change))

    assert (check.passed, check.failings) == (False, [failing])


def test_who_is_not_sure_about_the_night_mode_has_not_failed(study: Study, ben: User) -> None:
    assert judged(study, ben, replace(SCREEN, night_mode_off=None)).passed


def test_one_patch_may_be_missed_and_wrong_ones_count_against_it(study: Study, ben: User) -> None:
    challenge = read_challenge(new_challenge(study, ben), study, ben)
    found = all_found(challenge)
    empty = [cell for cell in range(CELLS) if cell not in challenge.dark]

    def failed(dark: list[int]) -> list[str]:
        seen = replace(found, dark=dark)
        return record_check(study=study, annotator=ben, challenge=challenge, seen=seen, screen=SCREEN).failings

    assert failed(list(challenge.dark)[1:]) == []
    assert failed(list(challenge.dark)[2:]) == ["brightness"]
    assert failed([*challenge.dark, empty[0]]) == []
    assert failed([*challenge.dark, *empty[:2]]) == ["brightness"]
    assert failed(list(range(CELLS))) == ["brightness"]


def test_every_digit_has_to_be_read(study: Study, ben: User) -> None:
    challenge = read_challenge(new_challenge(study, ben), study, ben)
    right = list(challenge.digits.values())
    for digits in ([None, *right[1:]], [*right[:2], (right[2] + 1) % 10], []):
        seen = replace(all_found(challenge), digits=digits)
        check = record_check(study=study, annotator=ben, challenge=challenge, seen=seen, screen=SCREEN)
        assert check.failings == ["colours"]


def test_a_challenge_is_its_person_s_own_and_says_nothing(study: Study, ben: User) -> None:
    token = new_challenge(study, ben)
    challenge = read_challenge(token, study, ben)

    assert read_challenge(token, study, ben) == challenge
    assert signing.loads(token, salt="gullery.viewing")[:2] == [study.pk, ben.pk]
    for person, place in ((make_member(study), study), (ben, make_study())):
        with pytest.raises(InvalidInput, match="somebody else's"):
            read_challenge(token, place, person)
    for broken in (token[:-1] + ("A" if token[-1] != "A" else "B"), "", "a:b:c"):
        with pytest.raises(InvalidInput, match="load the page again"):
            read_challenge(broken, study, ben)


def test_an_old_challenge_is_not_taken(study: Study, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000_000.0)
    token = new_challenge(study, ben)
    monkeypatch.undo()

    with pytest.raises(InvalidInput, match="too old"):
        read_challenge(token, study, ben)
