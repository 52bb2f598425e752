"""The anchoring audit of a study: what its random arms say about shown guesses, scale by scale."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from annotation.enums import Arm, PrelabelPolicy, PrelabelSeen
from annotation.models import Prelabel, Study
from annotation.queries.guesses import guessed_levels
from annotation.scales import SCALES

if TYPE_CHECKING:
    from annotation.aggregation.anchoring import Effect
    from annotation.aggregation.arms import Spread

VOTES_AT_MOST = 100_000
SLICE = 10_000
"""Of numbers in one statement, which takes 65,535."""

# A person's look at a region and their standing vote. A vote that saw another thing than its arm says is left out: it was
# given anew after a guess was shown under another policy.
_LOOKS = f"""
SELECT exposure.prelabel_id, exposure.annotator_id, (exposure.arm = '{Arm.SHOWN}')::int, vote.duration_ms,
       {", ".join(f"vote.{scale}" for scale in SCALES)}
FROM annotation_exposure exposure
JOIN annotation_region region ON region.id = exposure.region_id
JOIN annotation_vote vote ON vote.region_id = exposure.region_id AND vote.annotator_id = exposure.annotator_id
WHERE region.study_id = %s AND exposure.policy = '{PrelabelPolicy.RANDOM_ARM}' AND vote.retracted_at IS NULL
  AND vote.purpose = 'label' AND (vote.prelabel_seen = '{PrelabelSeen.BEFORE_VOTE}') = (exposure.arm = '{Arm.SHOWN}')
ORDER BY exposure.id DESC LIMIT %s
"""  # noqa: S608  the columns are ours


@dataclass(frozen=True, slots=True)
class ScaleAudit:
    """None where there is too little to say."""

    scale: str
    pull: "Effect | None"
    spread: "Spread | None"


@dataclass(frozen=True, slots=True)
class Audit:
    """Votes with the guess shown and hidden; `regions` have both. `time` is a ratio, shown to hidden."""

    shown: int
    hidden: int
    regions: int
    people: int
    scales: tuple[ScaleAudit, ...]
    time: "Effect | None"


def anchoring_of(study: Study) -> Audit:
    """From the newest VOTES_AT_MOST votes of the experiment."""
    import numpy as np  # slow import

    from annotation.aggregation.arms import time_of  # slow import

    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, [study.pk, VOTES_AT_MOST])
        rows = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 4 + len(SCALES))
    shown = rows[:, 2] == 1
    return Audit(
        shown=int(shown.sum()),
        hidden=int((~shown).sum()),
        regions=len(np.intersect1d(rows[shown, 0], rows[~shown, 0])),
        people=len(np.unique(rows[:, 1])),
        scales=tuple(_scales(rows)),
        time=time_of(rows[:, 1], shown, rows[:, 3].astype(float)),
    )


def _scales(rows: Any) -> list[ScaleAudit]:
    import numpy as np  # slow import

    from annotation.aggregation.anchoring import Looks, pull_of  # slow import
    from annotation.aggregation.arms import spread_of  # slow import

    prelabels, place = np.unique(rows[:, 0], return_inverse=True)
    levels = _levels_of(prelabels.tolist())
    guesses = np.array([levels[pk] for pk in prelabels.tolist()], dtype=float).reshape(-1, len(SCALES))[place]
    audits = []
    for number, scale in enumerate(SCALES):
        votes = rows[:, 4 + number].astype(float)
        looks = Looks(rows[:, 0], rows[:, 1], rows[:, 2] == 1, votes, guesses[:, number])
        audits.append(ScaleAudit(scale, pull_of(looks), spread_of(looks)))
    return audits


def _levels_of(prelabels: list[int]) -> dict[int, list[int]]:
    """What was shown, or would have been, by prelabel."""
    levels: dict[int, list[int]] = {}
    for start in range(0, len(prelabels), SLICE):
        found = Prelabel.objects.filter(pk__in=prelabels[start : start + SLICE])
        rows = found.only("quality", "importance", "distortions").iterator(chunk_size=2000)
        levels |= {prelabel.pk: guessed_levels(prelabel) for prelabel in rows}
    return levels


def pull_in_words(audit: ScaleAudit) -> str:
    scale, pull = audit.scale, audit.pull
    if pull is None:
        return f"Too little data to say whether shown guesses pulled {scale} votes."
    said = f"{signed(pull.value)} of the way {between(pull)}"
    if not pull.excludes(0):
        return f"No pull beyond chance on {scale} votes: {said}."
    if pull.value < 0:
        return f"Shown guesses pushed {scale} votes away: {said}."
    return f"Shown guesses pulled {scale} votes by {said}."


def spread_in_words(audit: ScaleAudit) -> str:
    """Nothing where too little is known, or where everybody said the same in both arms."""
    spread = audit.spread
    if spread is None or spread.shown + spread.hidden == 0:
        return ""
    change = spread.change
    verdict = "as much" if not change.excludes(0) else "less" if change.value < 0 else "more"
    return (
        f"Votes on one region differ {verdict} with the guess in sight: "
        f"variance {spread.shown:.2f} against {spread.hidden:.2f}, {signed(change.value)} {between(change)}."
    )


def time_in_words(time: "Effect | None") -> str:
    if time is None:
        return "Too little data to compare times."
    verdict = "as long" if not time.excludes(1) else "less time" if time.value < 1 else "more time"
    return (
        f"With a guess in sight people took {verdict}: {time.value:.2f} times {between(time)}, {time.compared} people."
    )


def between(effect: "Effect") -> str:
    return f"[{signed(effect.low)}, {signed(effect.high)}]"


def signed(value: float) -> str:
    """Two digits, with a real minus, and never a minus zero."""
    text = f"{value:.2f}".replace("-", "−")
    return "0.00" if text == "−0.00" else text
