"""Do screening and recovery, as the pages tell them, follow from the raw votes?"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from annotation.models import Membership, Study
from annotation.queries.analyses import panel_at, recoveries_at, screenings_at
from annotation.queries.recovery_verification import recovery_differences
from annotation.queries.screening_verification import screening_differences
from annotation.queries.verification import Difference

if TYPE_CHECKING:
    from annotation.aggregation.panel import Panel

FORMER = "former-"


def panel_differences(study: Study) -> Iterator[list[Difference]]:
    """One list for each scale's scores and one for each scale that annotators are judged by, empty when both ways agree."""
    panel = panel_at(study)
    regions, people = [int(name) for name in panel.regions], _keys(study, panel.annotators)
    for scale, found in recoveries_at(study).items():
        yield list(recovery_differences(study, scale, found, regions, people))
    for scale, signals in screenings_at(study).items():
        yield list(_of_people(study, scale, panel, regions, people)) if signals else []


def _of_people(
    study: Study, scale: str, panel: "Panel", regions: Sequence[int], people: Sequence[int]
) -> Iterator[Difference]:
    """Annotators are screened with everybody's votes, the excluded ones' too; so their inconsistencies are another recovery."""
    from dataclasses import replace

    from annotation.aggregation.analysis import recoveries  # slow import

    whole = replace(panel, excluded=panel.excluded & False, tops={scale: panel.tops[scale]})
    found = recoveries(whole).get(scale)
    if found is None:
        return
    yield from recovery_differences(study, scale, found, regions, people, whole=True)
    inconsistency = dict(zip(people, found.inconsistency.tolist(), strict=True))
    yield from screening_differences(study, scale, people, screenings_at(study)[scale], inconsistency)


def _keys(study: Study, names: Sequence[str]) -> list[int]:
    """Of the people behind pseudonyms; who left the study altogether is named by their key."""
    known = dict(Membership.objects.filter(study=study).values_list("pseudonym", "user"))
    return [known[name] if name in known else int(name.removeprefix(FORMER)) for name in names]
