"""The viewing check: what the page saw of the screen, and what the person saw on it. The server judges both."""

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import blake2s

from django.conf import settings
from django.core import signing
from django.utils import timezone

from annotation.enums import CheckPolicy
from annotation.errors import InvalidInput
from annotation.models import Protocol, Study, User, ViewingCheck
from annotation.viewing_challenge import Challenge, Plate, challenge_of

VALID = timedelta(minutes=30)
"""Of a challenge."""
FULL_WIDTH, FULL_HEIGHT = 0.95, 0.75
"""Of the screen: what a window of full size has left after the browser's own bars."""
MISSED_AT_MOST = 1
_SALT = "gullery.viewing"


class Failing(StrEnum):
    SCREEN = "screen"
    WINDOW = "window"
    BRIGHTNESS = "brightness"
    COLOURS = "colours"
    NIGHT_MODE = "night_mode"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person found: cells of the two matrices, and a digit for each plate (None: saw none)."""

    dark: Sequence[int]
    light: Sequence[int]
    digits: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Screen:
    """What the page found, CSS pixels; and what the person says about the card, the distance and the night mode."""

    screen_width: int
    screen_height: int
    window_width: int
    window_height: int
    device_pixel_ratio: float
    pixel_pitch_um: float | None = None
    distance_cm: int | None = None
    colour_gamut: str = ""
    high_dynamic_range: bool | None = None
    dark_mode: bool | None = None
    night_mode_off: bool | None = None
    time_zone: str = ""
    user_agent: str = ""


def new_challenge(study: Study, annotator: User) -> str:
    """A token that stands for a challenge: signed, for this person and study, and silent about what is hidden."""
    return signing.dumps([study.pk, annotator.pk, secrets.token_urlsafe(12)], salt=_SALT)


def read_challenge(token: str, study: Study, annotator: User) -> Challenge:
    """Raises InvalidInput for a token that is not ours, not this person's, or too old."""
    try:
        study_id, annotator_id, nonce = signing.loads(token, salt=_SALT, max_age=VALID)
    except (signing.BadSignature, ValueError) as error:
        raise InvalidInput("This check is too old or not one of this server; load the page again.") from error
    if (study_id, annotator_id) != (study.pk, annotator.pk):
        raise InvalidInput("This check is somebody else's; load the page again.")
    return challenge_of(blake2s(f"{_SALT} {nonce}".encode(), key=_key()).digest())


def record_check(*, study: Study, annotator: User, challenge: Challenge, seen: Seen, screen: Screen) -> ViewingCheck:
    """Stores a check with what was not passed. It holds for the protocol's minutes."""
    protocol = protocol_for(study)
    patches, digits = _patches_found(challenge, seen), _digits_read(challenge, seen)
    failings = _failings(protocol, screen)
    if patches < challenge.patches() - MISSED_AT_MOST:
        failings.append(Failing.BRIGHTNESS)
    if digits < len(challenge.digits):
        failings.append(Failing.COLOURS)
    facts = {name: getattr(screen, name) for name in Screen.__slots__}
    return ViewingCheck.objects.create(
        study=study, annotator=annotator, passed=not failings, failings=[failing.value for failing in failings],
        brightness_right=patches, brightness_shown=challenge.patches(), colours_right=digits,
        colours_shown=len(challenge.digits), expires_at=timezone.now() + timedelta(minutes=protocol.check_minutes), **facts,
    )  # fmt: skip


def protocol_for(study: Study) -> Protocol:
    """The study's protocol; for a study without one, what a protocol asks for unless told otherwise, and no check."""
    found = Protocol.objects.filter(study=study).first()
    return found or Protocol(study=study, viewing_check=CheckPolicy.OFF)


def _failings(protocol: Protocol, screen: Screen) -> list[Failing]:
    failings = []
    if screen.screen_width < protocol.least_width or screen.screen_height < protocol.least_height:
        failings.append(Failing.SCREEN)
    wide = screen.window_width >= math.floor(FULL_WIDTH * screen.screen_width)
    if not (wide and screen.window_height >= math.floor(FULL_HEIGHT * screen.screen_height)):
        failings.append(Failing.WINDOW)
    if screen.night_mode_off is False:
        failings.append(Failing.NIGHT_MODE)
    return failings


def _patches_found(challenge: Challenge, seen: Seen) -> int:
    """Those that were found, less those that are not there."""
    right = wrong = 0
    for hidden, found in ((challenge.dark, seen.dark), (challenge.light, seen.light)):
        right += len(set(found) & set(hidden))
        wrong += len(set(found) - set(hidden))
    return max(0, right - wrong)


def _digits_read(challenge: Challenge, seen: Seen) -> int:
    said = dict(zip(Plate, seen.digits, strict=False))
    return sum(said.get(plate) == digit for plate, digit in challenge.digits.items())


def _key() -> bytes:
    return blake2s(f"gullery.viewing {settings.SECRET_KEY}".encode()).digest()
