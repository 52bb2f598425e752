"""Writing down who changed what, in the transaction that changes it."""

from collections.abc import Iterable, Mapping

from annotation.enums import DeedKind
from annotation.models import Deed, Image, Study, User

LONGEST_SUBJECT = 200
BATCH = 1_000


def note(
    *,
    study_id: int,
    kind: DeedKind,
    by: User | None,
    whom_id: int | None = None,
    subject: str = "",
    target: int | None = None,
    before: object = None,
    after: object = None,
) -> None:
    """One line of the study's journal. `by` is None for what no signed-in person did."""
    Deed.objects.create(
        study_id=study_id,
        kind=kind,
        by=by,
        whom_id=whom_id,
        subject=subject[:LONGEST_SUBJECT],
        target=target,
        before=as_text(before),
        after=as_text(after),
    )


def note_changes(
    *,
    study_id: int,
    kind: DeedKind,
    by: User | None,
    before: Mapping[str, object],
    after: Mapping[str, object],
    whom_id: int | None = None,
) -> None:
    """A line for each name of `after` that was something else `before`."""
    for name, value in after.items():
        if before[name] != value:
            note(study_id=study_id, kind=kind, by=by, whom_id=whom_id, subject=name, before=before[name], after=value)


def note_scores(*, study_id: int, by: User | None, replaced: Iterable[tuple[Image, float | None]]) -> None:
    """Images with the outside score that they have now, and the one before it."""
    kind = DeedKind.SCORE_REPLACED
    lines = (
        Deed(
            study_id=study_id,
            kind=kind,
            by=by,
            subject=image.name[-LONGEST_SUBJECT:],
            target=image.pk,
            before=as_text(before),
            after=as_text(image.outside_mos),
        )
        for image, before in replaced
    )
    Deed.objects.bulk_create(lines, batch_size=BATCH)


def note_correction(*, study: Study, by: User | None, before: str) -> None:
    """The guidelines' text before it was corrected, which no codebook keeps."""
    kind, number, after = DeedKind.GUIDELINES_CORRECTED, study.codebook, study.guidelines
    note(study_id=study.pk, kind=kind, by=by, subject=str(number), target=number, before=before, after=after)


def as_text(value: object) -> str:
    """Empty for none: what a setting without a limit holds."""
    return "" if value is None else str(value)
