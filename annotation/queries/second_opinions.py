"""A second opinion on with or without: where it differs from most votes, and how it reads each annotator."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotation.models import Label, Study
from annotation.queries.analyses import panel_at, second_opinions_at

if TYPE_CHECKING:
    from annotation.aggregation.dawid_skene import SecondOpinion

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Differs:
    """A settled label of the votes alone. `probability` is that of with, by the second opinion."""

    region: int
    scale: str
    seen: int
    votes: int
    present: bool
    probability: float


@dataclass(frozen=True, slots=True)
class Habit:
    """How often, by the second opinion, one annotator says with where it is, and without where it is not."""

    scale: str
    votes: int
    sees: float
    spares: float


def differing(study: Study) -> tuple[list[Differs], int, int]:
    """Those it is surest of first, at most SHOWN; how many there are; and how many labels of distortions were looked at."""
    import numpy as np  # slow import

    panel = panel_at(study)
    regions = np.array(panel.regions, dtype=np.int64)
    settled = Label.objects.settled().filter(study=study, adjudication=None).values_list("region", flat=True)
    plain = np.isin(regions, list(settled))
    found: list[Differs] = []
    for scale, opinion in second_opinions_at(study).items():
        ballots = panel.ballots(scale)
        votes, seen = ballots.per_region(), ballots.per_region((ballots.level < 5).astype(float))
        present, likely = 2 * seen >= votes, opinion.classes[:, 1]
        for place in np.flatnonzero(plain & (votes > 0) & (present != (likely > 0.5))).tolist():
            numbers = int(seen[place]), int(votes[place]), bool(present[place]), float(likely[place])
            found.append(Differs(int(regions[place]), scale, *numbers))
    order = sorted(found, key=lambda one: (-abs(one.probability - 0.5), one.region, one.scale))
    return order[:SHOWN], len(order), int(plain.sum()) * len(second_opinions_at(study))


def habits_of(study: Study, pseudonym: str) -> list[Habit]:
    """Nothing for somebody whose votes do not count."""
    panel = panel_at(study)
    names = list(panel.annotators)
    if pseudonym not in names:
        return []
    place = names.index(pseudonym)
    found = [
        (scale, int(panel.ballots(scale).per_annotator()[place]), opinion)
        for scale, opinion in second_opinions_at(study).items()
    ]
    return [_habit(scale, votes, opinion, place) for scale, votes, opinion in found if votes]


def _habit(scale: str, votes: int, opinion: "SecondOpinion", place: int) -> Habit:
    said = opinion.confusion[place]
    return Habit(scale, votes, sees=float(said[1, 1]), spares=float(said[0, 0]))
