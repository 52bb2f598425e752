"""What a study's policy lets a person see of the model's guess, written down before it is shown.

Never about an image of the test split: what measures a model is not to be swayed by one.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from annotation.enums import Arm, PrelabelPolicy, Split
from annotation.errors import Conflict
from annotation.models import Assignment, Exposure, Prelabel, Region, Study, User, Vote
from annotation.queries.guesses import guessed_words
from annotation.queries.hot_rows import lock_region


@dataclass(frozen=True, slots=True)
class Hint:
    """A prelabel as a person sees it: the word of each scale, and which version says so."""

    version: str
    words: Mapping[str, str]


def hint_before_vote(*, seat: Assignment, annotator: User) -> Hint | None:
    """In a random-arm study, what the person's arm has for the region of their seat.

    Under any other policy this makes no statement. The first look decides: arm and prelabel stay what they were then,
    and somebody who had voted before, or had seen a guess under another policy, is not drawn into the experiment.
    """
    if seat.study.prelabel_policy != PrelabelPolicy.RANDOM_ARM:
        return None
    with transaction.atomic():
        region = lock_region(seat.region_id)
        look = _first_look(region, annotator)
        if look is None and not Vote.objects.filter(region=region, annotator=annotator).exists():
            arm = arm_of(region.study, region.pk, annotator.pk)
            look = _write(region, annotator, PrelabelPolicy.RANDOM_ARM, arm)
    if look is None or (look.policy, look.arm) != (PrelabelPolicy.RANDOM_ARM, Arm.SHOWN):
        return None
    return hint_of(look.prelabel)


def hint_after_vote(*, vote: Vote, annotator: User) -> Hint | None:
    """Under the policy `after_vote`, the guess about the region of the person's own standing vote.

    From now on another vote of theirs on the region counts as exposed. Raises Conflict when the vote was taken back.
    """
    if vote.study.prelabel_policy != PrelabelPolicy.AFTER_VOTE:
        return None
    with transaction.atomic():
        region = lock_region(vote.region_id)
        if not Vote.objects.filter(pk=vote.pk, annotator=annotator, retracted_at=None).exists():
            raise Conflict("This vote was taken back; vote anew to see the guess.", code="retracted")
        before = _first_look(region, annotator, policy=PrelabelPolicy.AFTER_VOTE)
        look = before or _write(region, annotator, PrelabelPolicy.AFTER_VOTE, Arm.SHOWN)
    return None if look is None else hint_of(look.prelabel)


def hint_of(prelabel: Prelabel) -> Hint:
    return Hint(str(prelabel.version), guessed_words(prelabel))


def arm_of(study: Study, region_id: int, annotator_id: int) -> Arm:
    """Drawn with the study's seed: the same person and region always fall into the same arm of the same share."""
    draw = random.Random(f"arm:{study.seed}:{region_id}:{annotator_id}").random()  # noqa: S311  a draw, not a secret
    return Arm.SHOWN if draw < study.arm_share else Arm.HIDDEN


def _first_look(region: Region, annotator: User, **facts: object) -> Exposure | None:
    own = Exposure.objects.filter(region=region, annotator=annotator, **facts)
    return own.select_related("prelabel__version").order_by("pk").first()


def _write(region: Region, annotator: User, policy: PrelabelPolicy, arm: Arm) -> Exposure | None:
    """None where the active version has nothing that may be shown. The caller holds the region's lock."""
    prelabels = Prelabel.objects.filter(region=region, version=region.study.active_version_id)
    prelabel = prelabels.filter(region__image__split=Split.TRAIN).select_related("version").first()
    if prelabel is None:
        return None
    return Exposure.objects.create(region=region, annotator=annotator, prelabel=prelabel, policy=policy, arm=arm)
