"""A study's raw votes as arrays, in one pass over its rows."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from annotation.enums import Purpose
from annotation.models import Exclusion, Membership, Region, Study
from annotation.scales import SCALES, TOP_LEVEL

if TYPE_CHECKING:
    from annotation.aggregation.panel import Answers, Panel

CHUNK = 5_000
_LEVELS = ", ".join(f"vote.{scale}" for scale in SCALES)
_KNOWN = ", ".join(f"gold.{scale}" for scale in SCALES)
_SAID = f"""
SELECT vote.region_id, vote.annotator_id, {_LEVELS}, vote.duration_ms,
       extract(epoch FROM vote.created_at), coalesce(vote.sitting_id, -1), coalesce(vote.position - 1, -1){{known}}
FROM annotation_vote vote {{gold}} WHERE vote.study_id = %s AND vote.retracted_at IS NULL AND vote.purpose = %s
"""  # noqa: S608  the columns are ours
_PLAIN = _SAID.format(known="", gold="")
_COUNTED = f"{_PLAIN} AND NOT vote.surplus ORDER BY vote.id"
_AGAIN = f"{_PLAIN} ORDER BY vote.id"
# Answers and what was expected in one row each: read one after the other they might not be of the same votes.
_GOLD = (
    _SAID.format(known=f", {_KNOWN}", gold="JOIN annotation_gold gold ON gold.region_id = vote.region_id")
    + " ORDER BY vote.id"
)
_FACTS = 4
_WIDTH = 2 + len(SCALES) + _FACTS


def panel_of(study: Study) -> "Panel":
    """Annotators are named by their pseudonyms; hidden gold and hidden repeats come along."""
    import numpy as np  # slow import

    from annotation.aggregation.panel import Panel  # slow import

    with transaction.atomic(), connection.cursor() as cursor:
        votes = _table(_rows(cursor, _COUNTED, study, Purpose.LABEL), _WIDTH)
        again = _table(_rows(cursor, _AGAIN, study, Purpose.REPEAT), _WIDTH)
        known = _table(_rows(cursor, _GOLD, study, Purpose.GOLD), _WIDTH + len(SCALES))
    gold, expected = known[:, :_WIDTH], known[:, _WIDTH:]
    regions = np.unique(np.concatenate([part[:, 0] for part in (votes, gold, again)]))
    people = np.unique(np.concatenate([part[:, 1] for part in (votes, gold, again)]))
    excluded = set(Exclusion.objects.filter(study=study, lifted_at=None).values_list("annotator", flat=True))
    return Panel(
        regions=[str(int(pk)) for pk in regions],
        annotators=_names(study, people.astype(int).tolist()),
        tops=TOP_LEVEL,
        excluded=np.array([int(pk) in excluded for pk in people], bool),
        votes=_answers(votes, regions, people),
        gold=_answers(gold, regions, people),
        expected={scale: expected[:, place] for place, scale in enumerate(SCALES)},
        again=_answers(again, regions, people),
        image=_images(study, regions),
    )


def _images(study: Study, regions: Any) -> Any:
    """The number of each region's image."""
    import numpy as np

    rows = Region.objects.filter(study=study).order_by("pk").values_list("pk", "image").iterator(CHUNK)
    known = _table(rows, 2)
    return known[np.searchsorted(known[:, 0], regions), 1].astype(np.int64) if len(regions) else np.zeros(0, np.int64)


def _rows(cursor: Any, statement: str, study: Study, purpose: Purpose) -> Iterable[tuple[Any, ...]]:
    cursor.execute(statement, [study.pk, purpose.value])
    while rows := cursor.fetchmany(CHUNK):
        yield from rows


def _table(rows: Iterable[tuple[Any, ...]], width: int) -> Any:
    """One row of numbers for each of `rows`."""
    import numpy as np

    numbers = np.fromiter(chain.from_iterable(rows), dtype=np.float64)
    return numbers.reshape(-1, width)


def _answers(table: Any, regions: Any, people: Any) -> "Answers":
    import numpy as np

    from annotation.aggregation.panel import Answers

    facts = table[:, 2 + len(SCALES) :]
    return Answers(
        region=np.searchsorted(regions, table[:, 0]),
        annotator=np.searchsorted(people, table[:, 1]),
        levels={scale: table[:, 2 + place] for place, scale in enumerate(SCALES)},
        milliseconds=facts[:, 0],
        moment=facts[:, 1],
        sitting=facts[:, 2].astype(np.int64),
        position=facts[:, 3].astype(np.int64),
    )


def _names(study: Study, people: Sequence[int]) -> list[str]:
    known = dict(Membership.objects.filter(study=study, user__in=people).values_list("user", "pseudonym"))
    return [known.get(pk, f"former-{pk}") for pk in people]
