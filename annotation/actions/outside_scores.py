"""Scores that somebody else gave the images of a study, from a file: looked at first, then brought in."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction

from annotation.actions.deeds import note, note_scores
from annotation.enums import DeedKind
from annotation.errors import InvalidInput
from annotation.exchange.scores import Scores, judged_scores
from annotation.exchange.sources import SourceError
from annotation.models import Image, Study, User

MOST_LINES = 50_000
BATCH = 1_000
SHOWN_WRONG = 20
NO_IMAGE = "No image of the study has this name."
SEVERAL = "More than one image, or more than one line, has this file name; only the whole path would tell them apart."


@dataclass(slots=True)
class Plan:
    """What a file would do. `wrong` says why nothing would be done at all."""

    fresh: list[tuple[Image, float]] = field(default_factory=list)
    changed: list[tuple[Image, float]] = field(default_factory=list)
    same: int = 0
    unmatched: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    more_wrong: int = 0
    without: int = 0
    """Images of the study that would still have no score."""

    @property
    def news(self) -> list[tuple[Image, float]]:
        return self.fresh + self.changed

    @property
    def matched(self) -> int:
        return len(self.news) + self.same


def plan_scores(*, study: Study, text: str) -> Plan:
    """Nothing is changed. Raises InvalidInput for a file that is no table of names and scores at all."""
    scores, wrong = _read(text)
    images = list(Image.objects.filter(study=study).only("name", "outside_mos", "study").order_by("sort_name", "pk"))
    if wrong:
        return Plan(wrong=wrong[:SHOWN_WRONG], more_wrong=max(0, len(wrong) - SHOWN_WRONG))
    return _matched(scores.among(image.name for image in images), images)


def bring_scores(*, study: Study, text: str, source: str, by: User | None = None) -> Plan:
    """All of it or nothing: raises InvalidInput when a line is wrong. Names without an image are passed over."""
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        plan = plan_scores(study=study, text=text)
        if plan.wrong:
            raise InvalidInput(plan.wrong[0], code="wrong_rows")
        before = [(image, image.outside_mos) for image, _ in plan.changed]
        for image, score in plan.news:
            image.outside_mos = score
        Image.objects.bulk_update([image for image, _ in plan.news], ["outside_mos"], batch_size=BATCH)
        if plan.news:
            note(study_id=study.pk, kind=DeedKind.IMPORT_ENDED, by=by, subject=source, after=len(plan.news))
            note_scores(study_id=study.pk, by=by, replaced=before)
        return plan


def as_csv(plan: Plan) -> str:
    """The scores that the plan would bring in, and no other line, as a file of their own."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["path", "score"])
    table.writerows([image.name, score] for image, score in plan.news)
    return out.getvalue()


def _read(text: str) -> tuple[Scores, list[str]]:
    if "\0" in text:
        raise InvalidInput("The file must be text.")
    if text.count("\n") > MOST_LINES:
        raise InvalidInput(f"The file has more than {MOST_LINES} lines.")
    try:
        scores, wrong = judged_scores(io.StringIO(text.lstrip("\ufeff"), newline=""))
    except SourceError as error:
        raise InvalidInput(str(error)) from error
    if not scores.by_path and not wrong:
        raise InvalidInput("The file has no line with a name and a score.")
    return scores, wrong


def _matched(scores: Scores, images: list[Image]) -> Plan:
    plan, twins = Plan(), Counter(image.name for image in images)
    for image in images:
        score = scores.score_of(image.name) if twins[image.name] == 1 else None
        if score is None:
            plan.without += image.outside_mos is None
        elif image.outside_mos is None:
            plan.fresh.append((image, score))
        elif image.outside_mos != score:
            plan.changed.append((image, score))
        else:
            plan.same += 1
    plan.unmatched = [(path, SEVERAL if scores.ambiguous(path) else NO_IMAGE) for path in scores.unused()]
    return plan
