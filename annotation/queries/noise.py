"""The noise of a study's own panel, for the intervals of its labels."""

from collections.abc import Mapping
from time import monotonic

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from annotation.aggregation.labels import Rule
from annotation.aggregation.noise import Kinds, noise_of
from annotation.models import Study
from annotation.scales import SCALES

KEPT_S, SHARE = 60.0, 20.0
"""It is looked up again after a minute, or after so many times as long as that took."""

_KINDS = """
SELECT label.{scale}_votes, count(*) FROM annotation_label label JOIN annotation_region region ON region.id = label.region_id
WHERE label.study_id = %s AND label.status <> 'open' AND region.status = 'accepted' GROUP BY 1
"""
_kept: dict[tuple[int, str], tuple[float, Mapping[str, float]]] = {}


def kinds_in(reader: BaseDatabaseWrapper, study_id: int) -> Kinds:
    """Of the labels that have all their votes."""
    found = {}
    with reader.cursor() as cursor:
        for scale in SCALES:
            cursor.execute(_KINDS.format(scale=scale), [study_id])
            found[scale] = {tuple(histogram): count for histogram, count in cursor.fetchall()}
    return found


def noise_at(study: Study) -> Mapping[str, float]:
    """As it was a moment ago; snapshots have it to the vote."""
    rule = Rule(severity_votes=study.severity_votes, severity_top=study.severity_top)
    now, key = monotonic(), (study.pk, str(rule))
    until, known = _kept.get(key, (0.0, {}))
    if now < until:
        return known
    found = noise_of(kinds_in(connection, study.pk), rule)
    _kept[key] = (monotonic() + max(KEPT_S, SHARE * (monotonic() - now)), found)
    return found


def forget() -> None:
    """For tests, in which another study may have the same number."""
    _kept.clear()
