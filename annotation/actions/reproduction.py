"""Does an export follow from its snapshot? It is made again and compared byte for byte, screening and recovery too."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from annotation.actions.exports import ENGLISH, write_snapshot
from annotation.enums import JobStatus
from annotation.exchange.formats import ImageLostError
from annotation.exchange.meter import Meter
from annotation.exchange.relabelled import replay
from annotation.exchange.snapshot_file import SnapshotDamagedError, open_snapshot
from annotation.models import Export, Study
from annotation.queries.verification import Difference


def export_differences(study: Study) -> Iterator[list[Difference]]:
    """One list for each export whose file is still there, empty when every file in it is made again just so."""
    kept = Export.objects.filter(study=study, status=JobStatus.DONE, snapshot__isnull=False).exclude(file="")
    for export in kept.select_related("snapshot__study").order_by("pk"):
        yield list(_differences(export))


def kept_exports(study: Study) -> int:
    return Export.objects.filter(study=study, status=JobStatus.DONE, snapshot__isnull=False).exclude(file="").count()


def _differences(export: Export) -> Iterator[Difference]:
    subject = f"export {export.pk} ({export.format})"
    with TemporaryDirectory(prefix="gullery-reproduction-") as temporary:
        folder = Path(temporary)
        try:
            stray = list(_snapshot_differences(export))
            _make_again(export, folder)
            names = _unlike(export, folder)
        except (OSError, ImageLostError, SnapshotDamagedError, zipfile.BadZipFile) as error:
            yield Difference(None, subject, f"it cannot be made again: {error}.")
            return
    yield from stray
    for name in names:
        yield Difference(None, subject, f"{name} is not what the snapshot gives.")


def _snapshot_differences(export: Export) -> Iterator[Difference]:
    """Labels and noise in the snapshot, made anew of the votes in it."""
    snapshot = export.snapshot
    if snapshot is None:
        return
    subject = f"snapshot {snapshot.sha256[:12]}"
    with snapshot.file.open("rb") as file, open_snapshot(file, snapshot.sha256) as reader:
        stray, noise = replay(reader)
        for region_id in stray:
            yield Difference(region_id, subject, "its label does not follow from the votes in the snapshot.")
        if noise != reader.header.noise:
            yield Difference(None, subject, f"the noise is {dict(reader.header.noise)}, its labels say {noise}.")


def _make_again(export: Export, folder: Path) -> None:
    if export.snapshot is None:
        raise SnapshotDamagedError("It has no snapshot.")
    write_snapshot(
        export.snapshot,
        {export.format: folder},
        Meter(None, 0),
        include_images=export.include_images,
        without_exposed=export.without_exposed,
        with_excluded=export.with_excluded,
        language=export.language or ENGLISH,
    )


def _unlike(export: Export, folder: Path) -> list[str]:
    """Files that are missing on one side or have other bytes."""
    made = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    with export.file.open("rb") as file, zipfile.ZipFile(file) as packed:
        kept = {name for name in packed.namelist() if not name.endswith("/")}
        same = {name for name in kept & set(made) if packed.read(name) == made[name].read_bytes()}
    return sorted((kept | set(made)) - same)
