"""A study with everything the pages about labels can show: ties, decisions, an exclusion, sittings, hidden checks."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import numpy as np
from django.utils import timezone
from PIL import Image as Picture

from annotation.actions.adjudications import adjudicate
from annotation.actions.exclusions import exclude
from annotation.actions.labels import refresh_label
from annotation.enums import LabelStatus, Purpose, Role
from annotation.models import Gold, Image, Label, Protocol, Region, Sitting, Study, User, Vote
from annotation.opinion import SCALES
from tests.browser.scenes import add_region, ellipse
from tests.factories import make_image, make_member, make_study

PEOPLE, IMAGES, VOTES = 10, 20, 6
"""Three regions to an image; an even number of votes, so that there are ties."""


def photograph(seed: int, width: int = 300, height: int = 200) -> bytes:
    """Soft shapes: what a photograph's preview looks like, more or less."""
    rng = np.random.default_rng(seed)
    small = Picture.fromarray(rng.integers(40, 220, (5, 7, 3), dtype=np.uint8))
    out = BytesIO()
    small.resize((width, height), Picture.Resampling.BICUBIC).save(out, "PNG")
    return out.getvalue()


def panel_study(manager: str = "ada") -> tuple[Study, User]:
    """And its manager. Person 0 answers at random and is excluded; person 1 is mild; person 2 tires."""
    study = make_study(votes_wanted=VOTES, name="Gulls on quays")
    Protocol.objects.create(study=study, sitting_minutes=25, adaptive=True, votes_cap=9, votes_budget=60)
    ada = make_member(study, Role.MANAGER, manager)
    people = [make_member(study, name=f"rater{number}") for number in range(PEOPLE)]
    regions = [add_region(image, ellipse()) for image in _images(study) for _ in range(3)]
    _vote(study, regions, people)
    for region in Region.objects.filter(study=study).select_related("study"):
        refresh_label(region=region)
    exclude(study=study, annotator=people[0], by=ada, reason="A third of the gold answers are wrong.")
    _decide(study)
    return study, ada


def _images(study: Study) -> list[Image]:
    return [make_image(study, photograph(seed), width=300, height=200) for seed in range(IMAGES)]


def _decide(study: Study) -> None:
    dora = make_member(study, Role.REVIEWER, "dora")
    full = Label.objects.filter(study=study, status=LabelStatus.DISPUTED, votes=VOTES).first()
    if full is not None:
        levels = dict.fromkeys(SCALES[:6], 5)
        adjudicate(region=full.region, by=dora, levels=levels, reason="Sharp at full size; the edge is the subject's.")


def _vote(study: Study, regions: list[Region], people: list[User]) -> None:
    """Written as they would lie there after two sittings each, with gold and second looks in between."""
    rng = np.random.default_rng(5)
    truth, blurred = rng.uniform(0.4, 3.6, len(regions)), rng.uniform(0.3, 0.7, len(regions))
    start = timezone.now() - timedelta(days=6)
    said: list[Vote] = []
    counts = [0] * len(people)
    sittings = {
        (person.pk, number): Sitting.objects.create(
            study=study, annotator=person, number=number, ended_at=start if number == 1 else None
        )
        for person in people
        for number in (1, 2)
    }

    def say(region: Region, place: int, purpose: Purpose = Purpose.LABEL) -> None:
        number, position = 1 + counts[place] // 30, 1 + counts[place] % 30
        counts[place] += 1
        score = truth[regions.index(region)] if region in regions else 1.0
        shift = (0.0, 0.0, 0.7, -0.02 * position)[place] if place < 4 else 0.0
        levels = _levels(rng, score + shift, blurred[regions.index(region)] if region in regions else 0.5, place == 0)
        said.append(
            Vote(
                study=study, region=region, annotator=people[place], idempotency_key=uuid4(), purpose=purpose,
                surplus=purpose != Purpose.LABEL, duration_ms=int(rng.lognormal(9.6, 0.4)), position=position,
                sitting=sittings[people[place].pk, min(number, 2)], created_at=start + timedelta(minutes=len(said)),
                **levels,
            )
        )  # fmt: skip

    for region in regions:
        for place in rng.permutation(len(people))[:VOTES].tolist():
            say(region, place)
    for place, person in enumerate(people):
        own = [vote.region for vote in said if vote.annotator == person and vote.purpose == Purpose.LABEL][:12]
        for region in own:
            say(region, place, Purpose.REPEAT)
    gold = add_region(regions[0].image, ellipse())
    Gold.objects.create(
        study=study, region=gold, use="hidden", **{**dict.fromkeys(SCALES, 5), "quality": 1, "importance": 2}
    )
    for place in range(len(people)):
        say(gold, place, Purpose.GOLD)
    Vote.objects.bulk_create(said)


def _levels(rng: np.random.Generator, score: float, blurred: float, at_random: bool) -> dict[str, int]:
    if at_random:
        return {scale: int(rng.integers(0, 5 + (scale in SCALES[:6]))) for scale in SCALES}
    graded = [int(np.clip(np.rint(score + rng.normal(0, 0.6)), 0, 4)) for _ in range(3)]
    sees = rng.random() < blurred
    clean = {scale: 5 if rng.random() < 0.97 else 4 for scale in SCALES[:6]}
    return {**clean, "blur": graded[0] if sees else 5, "quality": graded[1], "importance": graded[2]}
