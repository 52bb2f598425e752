"""Labels follow the votes: refreshed in the same transaction as every change of a vote."""

from collections.abc import Sequence

from annotation.aggregation.labels import Rule, histograms_of, is_tied, level_of
from annotation.enums import LabelStatus
from annotation.models import Region, Study
from annotation.opinion import DISTORTIONS, SCALES
from annotation.queries.hot_rows import CountedVote, counted_votes
from annotation.queries.statements import Statement, Value, as_array
from annotation.scales import NON_EXISTENT

_COLUMNS = [
    "region_id",
    "study_id",
    "status",
    "votes",
    "exposed_votes",
    "rule",
    *[f"{scale}_votes" for scale in SCALES],
    *[f"{scale}_level" for scale in SCALES],
]
_RULES = ("votes_wanted", "severity_votes", "severity_top")
_TYPES = {"region_id": "bigint", "study_id": "bigint", "status": "text", "rule": "text"} | {
    f"{scale}_votes": "int[]" for scale in SCALES
}
_VALUES = ", ".join(f"%({name})s::{_TYPES.get(name, 'int')}" for name in _COLUMNS)
_SAID = [f"said.{name}" for name in (*_COLUMNS[3:6], *(f"{scale}_votes" for scale in SCALES))]


def _decided(scale: str) -> str:
    """A reviewer's level goes before the votes'; non-existent is no level."""
    none = f"WHEN decided.{scale} = {NON_EXISTENT} THEN NULL" if scale in DISTORTIONS else ""
    return f"CASE WHEN decided.{scale} IS NULL THEN said.{scale}_level {none} ELSE decided.{scale} END"


_FOUND = f"""
SELECT said.region_id, said.study_id,
       CASE WHEN decided.id IS NOT NULL AND said.status = 'disputed' THEN 'settled' ELSE said.status END,
       {", ".join(_SAID)}, {", ".join(map(_decided, SCALES))}, decided.id
FROM (VALUES ({_VALUES})) AS said ({", ".join(_COLUMNS)})
LEFT JOIN annotation_adjudication decided ON decided.region_id = said.region_id AND decided.withdrawn_at IS NULL
"""  # noqa: S608  the columns are ours
_REHEARSE = Statement(_FOUND)
_UPSERT = Statement(f"""
INSERT INTO annotation_label ({", ".join(_COLUMNS)}, adjudication_id) {_FOUND}
ON CONFLICT (region_id) DO UPDATE SET updated_at = now(), adjudication_id = EXCLUDED.adjudication_id,
    {", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS[2:])}
RETURNING status, EXISTS (
    SELECT FROM annotation_exclusion out WHERE out.study_id = annotation_label.study_id AND out.annotator_id = %(voter)s
    AND out.lifted_at IS NULL) OR EXISTS (
    SELECT FROM annotation_study study WHERE study.id = annotation_label.study_id
    AND (study.votes_wanted, study.severity_votes, study.severity_top) <> (%(wanted)s::int, %(severity)s::text, %(top)s::int))
""")  # noqa: S608  the columns are ours


def rule_of(study: Study) -> Rule:
    return Rule(severity_votes=study.severity_votes, severity_top=study.severity_top)


def status_of(histograms: dict[str, list[int]], votes: int, votes_wanted: int) -> LabelStatus:
    """Open below the wanted number; then settled, or disputed while a distortion is tied."""
    if votes < votes_wanted:
        return LabelStatus.OPEN
    tied = any(is_tied(histograms[scale]) for scale in DISTORTIONS)
    return LabelStatus.DISPUTED if tied else LabelStatus.SETTLED


def refresh_label(
    *, region: Region, votes: Sequence[CountedVote] | None = None, voter_id: int | None = None
) -> LabelStatus:
    """Writes the region's label from its live votes and a standing adjudication; `votes` saves a query.

    The caller holds the region's lock. `voter_id` is whose vote just came: had the person been excluded meanwhile, the votes
    given would be one too many. Had the study's rules changed while the caller waited for the lock, `region.study` would be
    the old one. Then both are read anew.
    """
    live, study = counted_votes(region.pk) if votes is None else votes, region.study
    rules: dict[str, Value] = {
        "wanted": study.votes_wanted,
        "severity": study.severity_votes,
        "top": study.severity_top,
    }
    found, outdated = _UPSERT.rows(_values(region, live) | rules | {"voter": voter_id})[0]
    if not outdated:
        return LabelStatus(found)
    study.refresh_from_db(fields=_RULES)
    return refresh_label(region=region)


def rehearse_label(*, region: Region, votes: Sequence[CountedVote]) -> None:
    """All the work of `refresh_label` but for the writing."""
    _REHEARSE.rows(_values(region, votes))


def _values(region: Region, live: Sequence[CountedVote]) -> dict[str, Value]:
    study = region.study
    rule = rule_of(study)
    histograms = histograms_of([vote.levels for vote in live])
    status = status_of(histograms, len(live), study.votes_wanted)
    exposed = sum(vote.exposed for vote in live)
    levels: list[Value] = [level_of(scale, histograms[scale], rule) for scale in SCALES]
    values: list[Value] = [region.pk, study.pk, status.value, len(live), exposed, str(rule)]
    values += [as_array(histograms[scale]) for scale in SCALES]
    return dict(zip(_COLUMNS, values + levels, strict=True))
