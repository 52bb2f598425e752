"""Do recovered scores, biases and inconsistencies follow from the raw votes? The equations that they have to solve are put to
the votes in SQL: a score is the mean of the votes less their people's biases, weighed by consistency; a bias is the mean of
what lies above the scores; an inconsistency is what is left, shrunk as if ten more votes were like a typical person's.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from annotation.models import Study
from annotation.queries.live import LIVE
from annotation.queries.verification import Difference
from annotation.scales import DISTORTIONS, NON_EXISTENT

if TYPE_CHECKING:
    from annotation.aggregation.recovery import Recovered

NEAR = 1e-5
"""In levels. The projection ends when a turn moves all scores together by less than 1e-8."""
PRIOR_VOTES, LEAST_VARIANCE, FEW_PEOPLE = 10, 0.02, 5

_SAID = """
said AS (
    SELECT region_id, annotator_id, {scale}::float8 AS level, {counts} AS counts FROM annotation_vote vote
    WHERE study_id = %(study)s AND retracted_at IS NULL AND NOT surplus AND purpose = 'label' AND {scale} < %(below)s
)"""
_SOLVED = """
score AS (SELECT * FROM unnest(%(regions)s::bigint[], %(scores)s::float8[]) AS one (region_id, score)),
person AS (SELECT * FROM unnest(%(people)s::bigint[], %(biases)s::float8[], %(variances)s::float8[])
           AS one (annotator_id, bias, variance))
"""
_SCORES = """
WITH {said}, {solved}
SELECT region_id, min(score), sum((level - bias) / (variance + 1e-8)) / sum(1 / (variance + 1e-8))
FROM said LEFT JOIN score USING (region_id) LEFT JOIN person USING (annotator_id) WHERE counts GROUP BY region_id ORDER BY 1
"""
_PEOPLE = """
WITH {said}, {solved}
SELECT annotator_id, min(bias), min(variance), avg(level - score), count(*), var_pop(level - score)
FROM said JOIN score USING (region_id) LEFT JOIN person USING (annotator_id) GROUP BY annotator_id ORDER BY 1
"""
# The fit in which everybody's votes are worth the same, by its normal equations with the scores eliminated.
_TOGETHER = """
WITH {said}, shared AS (SELECT *, 1.0 / count(*) OVER (PARTITION BY region_id) AS share FROM said WHERE counts)
SELECT one.annotator_id, other.annotator_id, sum(one.share), sum(one.share * other.level)
FROM shared one JOIN shared other USING (region_id) GROUP BY 1, 2
"""
_ALONE = "WITH {said} SELECT annotator_id, count(*), sum(level) FROM said WHERE counts GROUP BY 1 ORDER BY 1"
_LEFT = """
WITH {said}, person AS (SELECT * FROM unnest(%(people)s::bigint[], %(biases)s::float8[]) AS one (annotator_id, bias)),
unbiased AS (SELECT annotator_id, level - bias - avg(level - bias) OVER (PARTITION BY region_id) AS rest
             FROM said JOIN person USING (annotator_id) WHERE counts)
SELECT annotator_id, count(*), var_pop(rest) FROM unbiased GROUP BY annotator_id ORDER BY 1
"""


def recovery_differences(
    study: Study, scale: str, found: "Recovered", regions: Sequence[int], people: Sequence[int], *, whole: bool = False
) -> Iterator[Difference]:
    """`regions` and `people` are the keys of the rows that the scores and biases in `found` are of. `whole` takes the votes of
    excluded people as if they counted. Nothing is said of a projection that did not come to rest.
    """
    if not found.converged:
        return
    said = _SAID.format(scale=scale, counts="true" if whole else f"({LIVE})")
    below = NON_EXISTENT if scale in DISTORTIONS else NON_EXISTENT + 1
    asked: dict[str, Any] = {"study": study.pk, "below": below}
    prior = found.prior_sd**2
    typical = _typical(said, asked)
    if not math.isclose(prior, typical, abs_tol=NEAR):
        yield Difference(None, f"recovery of {scale}", f"a typical variance is {prior:.6f}, by SQL {typical:.6f}.")
    solved = asked | _solution(found, regions, people)
    for region_id, score, by_sql in _rows(_SCORES, said, solved):
        if not _close(score, by_sql):
            yield Difference(region_id, f"recovery of {scale}", f"the score is {_told(score)}, by SQL {_told(by_sql)}.")
    for person, bias, variance, by_sql, votes, rest in _rows(_PEOPLE, said, solved):
        shrunk = (votes * rest + PRIOR_VOTES * prior) / (votes + PRIOR_VOTES)
        for name, told, replayed in (("bias", bias, by_sql), ("variance", variance, shrunk)):
            if not _close(told, replayed):
                message = f"the {name} of person {person} is {_told(told)}, by SQL {_told(replayed)}."
                yield Difference(None, f"recovery of {scale}", message)


def _solution(found: "Recovered", regions: Sequence[int], people: Sequence[int]) -> dict[str, Any]:
    known = [place for place, score in enumerate(found.score.tolist()) if math.isfinite(score)]
    return {
        "regions": [regions[place] for place in known],
        "scores": [float(found.score[place]) for place in known],
        "people": list(people),
        "biases": found.bias.tolist(),
        "variances": (found.inconsistency**2).tolist(),
    }


def _typical(said: str, asked: dict[str, Any]) -> float:
    """The median person's variance about unweighted scores and biases, or all votes' where there are few people."""
    import numpy as np  # slow import

    people, votes, totals = (np.array(column, dtype=float) for column in zip(*_rows(_ALONE, said, asked), strict=True))
    matrix, sums = np.diag(votes), totals.copy()
    for one, other, share, level in _rows(_TOGETHER, said, asked):
        matrix[people.searchsorted(one), people.searchsorted(other)] -= float(share)
        sums[people.searchsorted(one)] -= level
    bias = np.linalg.lstsq(matrix, sums, rcond=None)[0]
    left = _rows(_LEFT, said, asked | {"people": people.astype(int).tolist(), "biases": bias.tolist()})
    variances = np.array([variance for _, _, variance in left], dtype=float)
    typical = float(variances @ votes / votes.sum()) if len(people) < FEW_PEOPLE else float(np.median(variances))
    return max(typical, LEAST_VARIANCE)


def _rows(statement: str, said: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(said=said, solved=_SOLVED), asked)
        return list(cursor.fetchall())


def _close(told: float | None, by_sql: float | None) -> bool:
    return told is not None and by_sql is not None and math.isclose(told, by_sql, abs_tol=NEAR)


def _told(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.6f}"
