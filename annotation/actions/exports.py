"""Exports: asked for, made by one worker from a snapshot, kept as a zip."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from annotation.actions import jobs
from annotation.actions.snapshots import take_snapshot
from annotation.actions.strays import unique_name
from annotation.enums import ExportFormat, JobStatus
from annotation.errors import Conflict, InvalidInput
from annotation.exchange.archive import store, zip_folder
from annotation.exchange.formats import ImageLostError, OpenImage, write_formats
from annotation.exchange.meter import Meter
from annotation.exchange.records import Counts, ImageFacts
from annotation.exchange.relabelled import open_relabelled
from annotation.exchange.snapshot_file import SnapshotDamagedError, open_snapshot
from annotation.models import Export, Image, Snapshot, Study, User

ENGLISH = "en"


def request_export(
    *,
    study: Study,
    format: str,  # noqa: A002
    by: User | None,
    include_images: bool = False,
    without_exposed: bool = False,
    with_excluded: bool = False,
    language: str = ENGLISH,
) -> Export:
    """Asks for an export; `language` is that of a report.

    Raises InvalidInput for an unknown format or language, Conflict while the same one is under way.
    """
    if format not in ExportFormat.values:
        raise InvalidInput(f"The format must be one of {', '.join(ExportFormat.values)}, not {format!r}.")
    wanted = {
        "format": format,
        "include_images": include_images,
        "without_exposed": without_exposed,
        "with_excluded": with_excluded,
        "language": _kept_language(language, format),
    }
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)  # two who ask at once are one after the other
        same = Export.objects.filter(study=study, **wanted)
        if same.filter(status__in=[JobStatus.QUEUED, JobStatus.RUNNING]).exists():
            raise Conflict("This very export is under way already; wait for it or stop it.", code="under_way")
        return Export.objects.create(study=study, requested_by=by, **wanted)


def _kept_language(language: str, wanted: str) -> str:
    """As the row has it: empty for English. Raises InvalidInput for one that is not offered, or where there is none."""
    offered = [code for code, _ in settings.LANGUAGES]
    if language not in offered:
        raise InvalidInput(f"The language must be one of {', '.join(offered)}, not {language!r}.")
    if language != ENGLISH and wanted != ExportFormat.REPORT:
        raise InvalidInput("Only a report has a language; data are the same in every language.")
    return "" if language == ENGLISH else language


def run_export(*, job: Export) -> None:
    """Takes a snapshot and writes it out; the job must be claimed. Stopped or failed, it leaves no file."""
    try:
        _run(job)
    except jobs.JobStopped:
        return
    except (SnapshotDamagedError, ImageLostError) as error:
        jobs.fail(job, str(error))
    except OSError as error:
        jobs.fail(job, f"The files could not be written: {error.strerror or error}.")
    except Exception as error:
        jobs.fail(job, f"The export stopped on an unexpected error ({type(error).__name__}); see the worker's log.")
        raise


def _run(job: Export) -> None:
    """The rows pass twice, into the snapshot and out of it, so the total is twice their number."""
    jobs.beat(job, done=0, total=0)
    snapshot = job.snapshot or take_snapshot(  # it has one when its file expired and is made again
        study=job.study,
        taken_by=job.requested_by,
        progress=lambda done, total: jobs.beat(job, done=done, total=2 * total),
    )
    rows = snapshot.regions + snapshot.votes
    meter = Meter(lambda done, total: jobs.beat(job, done=done, total=total), total=2 * rows, done=rows)
    with TemporaryDirectory(prefix="gullery-export-") as temporary:
        folder, packed = Path(temporary) / "files", Path(temporary) / "export.zip"
        write_snapshot(
            snapshot,
            {job.format: folder},
            meter,
            include_images=job.include_images,
            without_exposed=job.without_exposed,
            with_excluded=job.with_excluded,
            language=job.language or ENGLISH,
        )
        zip_folder(folder, packed, meter.tick)
        _hand_over(job, snapshot, packed)


def write_snapshot(
    snapshot: Snapshot,
    folders: dict[str, Path],
    meter: Meter,
    *,
    include_images: bool = False,
    without_exposed: bool = False,
    with_excluded: bool = False,
    language: str = ENGLISH,
) -> Counts:
    """A snapshot in some formats, each into its folder.

    `without_exposed` makes labels of unexposed votes only, `with_excluded` as if nobody had been excluded.
    `language` is that of the report; the other formats have none.

    Returns what was counted as the labels were written. Raises SnapshotDamagedError, ImageLostError or OSError.
    """
    try:
        source = snapshot.file.open("rb")
    except FileNotFoundError as error:
        raise SnapshotDamagedError(f"The store has no file {snapshot.file.name} any more.") from error
    choice = partial(open_relabelled, without_exposed=without_exposed, with_excluded=with_excluded)
    opened = choice if without_exposed or with_excluded else open_snapshot
    with source as file, opened(file, snapshot.sha256) as reader:
        write_formats(reader, folders, meter, _originals_of(snapshot.study) if include_images else None, language)
        return reader.counts


def _originals_of(study: Study) -> OpenImage:
    @contextmanager
    def open_image(facts: ImageFacts) -> Iterator[IO[bytes]]:
        row = Image.objects.filter(study=study, sha256=facts.sha256).first()
        try:
            if row is None:
                raise FileNotFoundError
            file = row.file.open("rb")
        except FileNotFoundError as error:
            raise ImageLostError(
                f"The original of {facts.name} is not in the store any more; import that photograph again."
            ) from error
        with file:
            yield file

    return open_image


def _hand_over(job: Export, snapshot: Snapshot, packed: Path) -> None:
    """A worker that is killed in the midst leaves a file that no row names; `forget_strays` finds it."""
    kind = f"{job.format}-{job.language}" if job.language else job.format
    file = f"{job.study.slug}-{kind}-{snapshot.sha256[:12]}.zip"
    name = store(packed, unique_name("exports", job.study_id, file))
    try:
        jobs.finish(job, snapshot=snapshot, file=name, byte_size=packed.stat().st_size)
    except BaseException:
        default_storage.delete(name)
        raise
