"""Every screening signal once more, from the raw votes by SQL and plain Python: what the first way is checked by."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from django.db import connection

from annotation.models import Study

LEAST_VOTES, LEAST_ANSWERS, ROBUST = 30, 10, 1.4826

# BT.500 in whole numbers: `away` is a vote's distance from the mean, times the number of votes on the region.
_OF_VOTES = """
WITH said AS (
    SELECT region_id, annotator_id, sitting_id, duration_ms, {scale} AS level, count(*) OVER region AS votes,
           sum({scale}) OVER region AS total, count(*) OVER region * {scale} - sum({scale}) OVER region AS away
    FROM annotation_vote
    WHERE study_id = %(study)s AND retracted_at IS NULL AND NOT surplus AND purpose = 'label'
    WINDOW region AS (PARTITION BY region_id)
), region AS (
    SELECT region_id, sum(away ^ 2) AS second, sum(away ^ 4) AS fourth FROM said GROUP BY region_id
), placed AS (
    SELECT said.*, total / votes::float8 AS mean, (total - level) / nullif(votes - 1, 0)::float8 AS others,
           second > 0 AND away ^ 2 * (votes - 1)
               >= second * CASE WHEN votes * fourth BETWEEN 2 * second ^ 2 AND 4 * second ^ 2 THEN 4 ELSE 20 END AS far,
           rank() OVER (person ORDER BY level) + (count(*) OVER (PARTITION BY annotator_id, level) - 1) / 2.0 AS place,
           rank() OVER (person ORDER BY total / votes::float8)
               + (count(*) OVER (PARTITION BY annotator_id, total / votes::float8) - 1) / 2.0 AS mean_place
    FROM said JOIN region USING (region_id) WINDOW person AS (PARTITION BY annotator_id)
), sitting AS (
    SELECT annotator_id, min(spread) AS spread FROM (
        SELECT annotator_id, var_samp(level) AS spread FROM said WHERE sitting_id IS NOT NULL
        GROUP BY annotator_id, sitting_id HAVING count(*) >= %(least)s) long GROUP BY annotator_id
)
SELECT annotator_id AS person, count(*) AS votes, coalesce(corr(level, others), 0) AS unlike,
       coalesce(var_samp(level), 0)::float8 AS spread, min(sitting.spread)::float8 AS least_spread,
       count(*) FILTER (WHERE far AND away > 0) AS above, count(*) FILTER (WHERE far AND away < 0) AS below,
       least(coalesce(corr(level, mean), 0), coalesce(corr(place, mean_place), 0)) AS alike,
       count(*) FILTER (WHERE duration_ms > 0) AS timed,
       count(*) FILTER (WHERE duration_ms > 0 AND duration_ms < 4000) AS fast,
       count(*) FILTER (WHERE duration_ms > 180000) AS slow,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) FILTER (WHERE duration_ms > 0) AS usual_ms
FROM placed LEFT JOIN sitting USING (annotator_id) GROUP BY annotator_id
"""
_OF_GOLD = """
SELECT vote.annotator_id AS person, count(*) AS pairs,
       avg((abs(vote.{scale} - gold.{scale}) <= 1)::int)::float8 AS value
FROM annotation_vote vote JOIN annotation_gold gold USING (region_id)
WHERE vote.study_id = %(study)s AND vote.retracted_at IS NULL AND vote.purpose = 'gold' GROUP BY vote.annotator_id
"""
_OF_REPEATS = """
SELECT again.annotator_id AS person, count(*) AS pairs,
       sqrt(avg((again.{scale} - vote.{scale}) ^ 2) / 2)::float8 AS value
FROM annotation_vote again JOIN annotation_vote vote USING (study_id, region_id, annotator_id)
WHERE study_id = %(study)s AND again.retracted_at IS NULL AND again.purpose = 'repeat'
  AND vote.retracted_at IS NULL AND NOT vote.surplus AND vote.purpose = 'label' GROUP BY again.annotator_id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One signal of everybody: (what it rests on, value) by person, whom it speaks against, and from how much on."""

    values: Mapping[int, tuple[int, float]]
    against: frozenset[int]
    least: int = 1


Rows = Sequence[Mapping[str, Any]]


def told_by_sql(study: Study, scale: str, inconsistency: Mapping[int, float]) -> tuple[dict[int, int], dict[str, Told]]:
    """Everybody's votes for labels, and the signals by name. `inconsistency` is by person, and verified by itself."""
    rows = _ask(_OF_VOTES, study, scale)
    right = {row["person"]: (row["pairs"], row["value"]) for row in _ask(_OF_GOLD, study, scale)}
    twice = {row["person"]: (row["pairs"], row["value"]) for row in _ask(_OF_REPEATS, study, scale)}
    most = max(0.5, 1.6 * _median([sd for pairs, sd in twice.values() if pairs >= LEAST_ANSWERS]))
    signals = {
        "leave_one_out": _leave_one_out(rows),
        "inconsistency": _inconsistency(rows, inconsistency),
        "constant": _constant(rows),
        "kurtosis": _kurtosis(rows),
        "correlation": _correlation(rows),
        "gold": Told(right, _those(right, lambda value: value < 0.8), LEAST_ANSWERS),
        "repeats": Told(twice, _those(twice, lambda value: value > most), LEAST_ANSWERS),
        **_times([row for row in rows if row["timed"]]),
    }
    return {row["person"]: row["votes"] for row in rows}, signals


def _leave_one_out(rows: Rows) -> Told:
    values = _each(rows, lambda row: row["unlike"])
    known = [row["unlike"] for row in rows if row["votes"] >= LEAST_VOTES]
    least = min(0.5, _median(known) - 3 * _spread(known)) if known else 0.5
    return Told(values, _those(values, lambda value: value < least))


def _inconsistency(rows: Rows, inconsistency: Mapping[int, float]) -> Told:
    usual = _median([inconsistency[row["person"]] for row in rows]) or 1.0
    values = _each(rows, lambda row: inconsistency[row["person"]] / usual)
    return Told(values, _those(values, lambda value: value > 1.6))


def _constant(rows: Rows) -> Told:
    known = [row["spread"] for row in rows if row["votes"] >= LEAST_VOTES]
    least = min(0.15, _median(known) / 4) if known else 0.15
    values = _each(rows, lambda row: min(one for one in (row["spread"], row["least_spread"]) if one is not None))
    return Told(values, _those(values, lambda value: value < least))


def _kurtosis(rows: Rows) -> Told:
    """Far above about as often as far below, and often."""
    values = _each(rows, lambda row: (row["above"] + row["below"]) / row["votes"])
    erratic = {row["person"] for row in rows if abs(row["above"] - row["below"]) < 0.3 * (row["above"] + row["below"])}
    return Told(values, _those(values, lambda value: value > 0.05) & erratic)


def _correlation(rows: Rows) -> Told:
    values = _each(rows, lambda row: row["alike"])
    known = [row["alike"] for row in rows]
    spread = statistics.stdev(known) if len(known) > 1 else 0.0
    least = min(0.7, statistics.fmean(known) - spread) if known else 0.7
    return Told(values, _those(values, lambda value: value < least))


def _times(rows: Rows) -> dict[str, Told]:
    """The pace is in robust standard deviations of the logarithm."""
    fast, slow = (
        _each(rows, lambda row, name=name: row[name] / row["timed"], "timed")  # type: ignore[misc]
        for name in ("fast", "slow")
    )
    logs = [log(row["usual_ms"]) for row in rows]
    middle, spread = _median(logs), _spread(logs)
    pace = _each(rows, lambda row: (log(row["usual_ms"]) - middle) / spread if spread > 1e-9 else 0.0, "timed")
    return {
        "too_fast": Told(fast, _those(fast, lambda value: value > 0.1)),
        "too_slow": Told(slow, _those(slow, lambda value: value > 0.1)),
        "pace": Told(pace, _those(pace, lambda value: abs(value) > 3)),
    }


def _each(
    rows: Rows, value: Callable[[Mapping[str, Any]], float], votes: str = "votes"
) -> dict[int, tuple[int, float]]:
    return {row["person"]: (row[votes], value(row)) for row in rows}


def _those(values: Mapping[int, tuple[int, float]], chosen: Callable[[float], bool]) -> frozenset[int]:
    return frozenset(person for person, (_, value) in values.items() if chosen(value))


def _median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


def _spread(values: Sequence[float]) -> float:
    middle = _median(values)
    return ROBUST * _median([abs(value - middle) for value in values])


def _ask(statement: str, study: Study, scale: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(scale=scale), {"study": study.pk, "least": LEAST_VOTES})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
