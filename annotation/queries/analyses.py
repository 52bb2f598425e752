"""What is said of a study's panel, kept while its votes stay the same: the arithmetic takes seconds."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import connection

from annotation.models import Study
from annotation.queries.noise import forget as forget_noise

if TYPE_CHECKING:
    from annotation.aggregation.agreement import Agreement
    from annotation.aggregation.analysis import Drift
    from annotation.aggregation.batches import Batch
    from annotation.aggregation.dawid_skene import SecondOpinion
    from annotation.aggregation.panel import Panel
    from annotation.aggregation.recovery import Recovered
    from annotation.aggregation.screening import Signals

State = tuple[int, int, int, int, int, int, str]
KEPT = 4
"""Panels held in memory."""

# Counts that only grow, and what experts say, which may be said anew: no clock has to agree with another.
_STATE = """
SELECT coalesce(max(id), 0), count(*), count(retracted_at),
       (SELECT count(*) FROM annotation_exclusion WHERE study_id = %(study)s),
       (SELECT count(lifted_at) FROM annotation_exclusion WHERE study_id = %(study)s),
       (SELECT coalesce(md5(string_agg(gold::text, ',' ORDER BY region_id)), '') FROM annotation_gold gold
        WHERE study_id = %(study)s)
FROM annotation_vote WHERE study_id = %(study)s
"""


def state_of(study: Study) -> State:
    """Changes whenever anything changes that the statistics are computed from."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, {"study": study.pk})
        return (study.pk, *cursor.fetchone())


def panel_at(study: Study) -> "Panel":
    return _panel(state_of(study))


def agreements_at(study: Study) -> "dict[str, Agreement]":
    """With intervals from fewer samples than the report's."""
    return _agreements(state_of(study))


def batches_at(study: Study) -> "dict[str, tuple[Batch, ...]]":
    """Of each scale; nothing in a study of one batch."""
    return _batches(state_of(study))


def has_batches(study: Study) -> bool:
    """Whether there are several, without a look at what they say."""
    from annotation.aggregation.batches import order_of  # slow import

    return order_of(panel_at(study)).several


def screenings_at(study: Study) -> "dict[str, list[Signals]]":
    return _screenings(state_of(study))


def recoveries_at(study: Study) -> "dict[str, Recovered]":
    return _recoveries(state_of(study))


def drifts_at(study: Study) -> "dict[str, Drift]":
    return _drifts(state_of(study))


def second_opinions_at(study: Study) -> "dict[str, SecondOpinion]":
    return _second_opinions(state_of(study))


def forget() -> None:
    """For tests, in which another study may have the same numbers."""
    forget_noise()
    kept: list[Callable[..., object]] = [
        _panel,
        _agreements,
        _batches,
        _screenings,
        _recoveries,
        _drifts,
        _second_opinions,
    ]
    for function in kept:
        function.cache_clear()  # type: ignore[attr-defined]


@lru_cache(KEPT)
def _panel(state: State) -> "Panel":
    from annotation.queries.panel import panel_of  # slow import

    return panel_of(Study.objects.get(pk=state[0]))


@lru_cache(KEPT)
def _agreements(state: State) -> "dict[str, Agreement]":
    from annotation.aggregation.analysis import agreements  # slow import
    from annotation.aggregation.batches import FEW, FEW_SPLITS  # slow import

    return agreements(_panel(state), FEW, FEW_SPLITS)


@lru_cache(KEPT)
def _batches(state: State) -> "dict[str, tuple[Batch, ...]]":
    from annotation.aggregation.batches import batches  # slow import

    return batches(_panel(state))


@lru_cache(KEPT)
def _screenings(state: State) -> "dict[str, list[Signals]]":
    from annotation.aggregation.analysis import screenings  # slow import

    return screenings(_panel(state))


@lru_cache(KEPT)
def _recoveries(state: State) -> "dict[str, Recovered]":
    from annotation.aggregation.analysis import recoveries  # slow import

    return recoveries(_panel(state))


@lru_cache(KEPT)
def _drifts(state: State) -> "dict[str, Drift]":
    from annotation.aggregation.analysis import drifts  # slow import

    return drifts(_panel(state), _recoveries(state))


@lru_cache(KEPT)
def _second_opinions(state: State) -> "dict[str, SecondOpinion]":
    from annotation.aggregation.analysis import second_opinions  # slow import

    return second_opinions(_panel(state))
