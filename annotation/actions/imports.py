"""Imports: files in, verdicts and images out, a chunk at a time, so that a stopped import goes on where it was."""

import hashlib
import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from annotation.actions import jobs
from annotation.enums import ImportVerdict, JobStatus, Split
from annotation.exchange.names import readable_name, spelt_out
from annotation.exchange.photographs import Photograph, UnfitError, inspect
from annotation.exchange.scores import Scores, read_paths, read_scores
from annotation.exchange.sources import Entry, SourceError, folder_entries, listed_entries
from annotation.exchange.zips import open_zip, zip_entries
from annotation.models import Image, Import, ImportedFile, Study, User

CHUNK = 24
ROOM = 200 * 2**20
"""Bytes of photographs in memory from which on they are stored at once, however few they are."""
READERS = 2
WRITERS = 8
"""A store on another machine is mostly waited for."""
TEST_PERCENT = 20
TURN_SECONDS = 20.0
"""Of a large import while others wait. One whose source takes longer to open gets as long, or it would only open it."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file that was read: a photograph with its bytes, or the reason why not."""

    path: str
    photograph: Photograph | None
    data: bytes
    reason: str = ""


def request_import(*, study: Study, source: str, by: User | None, scores: str = "", uploaded: bool = False) -> Import:
    """Asks for an import. A `source` that is not `uploaded` is a folder, zip or CSV on this server, for operators only."""
    return Import.objects.create(study=study, source=source, scores=scores, uploaded=uploaded, requested_by=by)


def run_import(*, job: Import, progress: Progress = lambda done, total: None, gives_way: bool = True) -> None:
    """Imports what has no verdict yet; the job must be claimed. A file that is wrong fails alone, a wrong source the job.

    One that `gives_way` is put back after its turn when another waits.
    """
    began = monotonic()
    try:
        with _entries(job) as entries:
            scores = _scores(job).among(entry.path for entry in entries)
            judged = set(ImportedFile.objects.filter(job=job).values_list("path", flat=True))
            waiting = iter([entry for entry in entries if entry.path not in judged])
            done = len(entries) - sum(entry.path not in judged for entry in entries)
            opened = monotonic()
            turn_ends = opened + max(TURN_SECONDS, opened - began)
            with ThreadPoolExecutor(READERS) as pool, ThreadPoolExecutor(WRITERS) as writers:
                jobs.beat(job, done=done, total=len(entries))
                for looked in _chunks(pool, waiting):
                    _store(job, looked, scores, writers)
                    done += len(looked)
                    jobs.beat(job, done=done, total=len(entries))
                    progress(done, len(entries))
                    if gives_way and done < len(entries) and monotonic() >= turn_ends and _another_waits(job):
                        jobs.put_back(job)
                        return
        _report_unused(job, scores)
        jobs.finish(job)
    except jobs.JobStopped:
        return
    except SourceError as error:
        jobs.fail(job, spelt_out(str(error)))


def _another_waits(job: Import) -> bool:
    return Import.objects.filter(status=JobStatus.QUEUED).exclude(pk=job.pk).exists()


def split_of(study_seed: int, sha256: str) -> Split:
    """80 % train, 20 % test, by image and for good: the same picture in the same study is always on the same side."""
    digest = hashlib.sha256(f"{study_seed}:{sha256}".encode()).digest()
    return Split.TEST if int.from_bytes(digest[:4], "big") % 100 < TEST_PERCENT else Split.TRAIN


@contextmanager
def _entries(job: Import) -> Iterator[Sequence[Entry]]:
    """The files of the job's source. Raises SourceError."""
    path = Path(job.source)
    if job.uploaded or path.suffix.lower() == ".zip":
        with _opened(job) as file, open_zip(file) as archive:
            yield zip_entries(archive)
    elif path.suffix.lower() == ".csv":
        with _open_text(job.source, uploaded=False) as lines:
            paths = read_paths(lines)
        yield listed_entries(path.parent, paths)
    else:
        yield folder_entries(path)


def _opened(job: Import) -> IO[bytes]:
    try:
        return default_storage.open(job.source, "rb") if job.uploaded else Path(job.source).open("rb")
    except OSError as error:
        raise _unreadable(job.source, error) from error


def _scores(job: Import) -> Scores:
    listed = not job.uploaded and job.source.lower().endswith(".csv")
    name = job.scores or (job.source if listed else "")
    if not name:
        return Scores({})
    with _open_text(name, uploaded=job.uploaded) as file:
        return read_scores(file, score_needed=bool(job.scores))


@contextmanager
def _open_text(name: str, *, uploaded: bool) -> Iterator[io.TextIOWrapper]:
    try:
        content = io.BytesIO(_read(name, uploaded=uploaded))
    except OSError as error:
        raise _unreadable(name, error) from error
    yield io.TextIOWrapper(content, encoding="utf-8-sig", newline="")


def _unreadable(name: str, error: OSError) -> SourceError:
    return SourceError(f"{Path(name).name} cannot be read: {error.strerror or error}.")


def _read(name: str, *, uploaded: bool) -> bytes:
    if not uploaded:
        return Path(name).read_bytes()
    with default_storage.open(name, "rb") as file:
        return bytes(file.read())


def _look(entry: Entry) -> _Looked:
    try:
        data = entry.read()
        return _Looked(entry.path, inspect(data, entry.path), data)
    except UnfitError as error:
        return _Looked(entry.path, None, b"", str(error))


def _chunks(pool: ThreadPoolExecutor, entries: Iterator[Entry]) -> Iterator[list[_Looked]]:
    """As many files as are stored together, while the next are read."""
    ahead = deque(pool.submit(_look, entry) for entry in islice(entries, 2 * READERS))
    chunk: list[_Looked] = []
    while ahead:
        chunk.append(ahead.popleft().result())
        ahead.extend(pool.submit(_look, entry) for entry in islice(entries, 1))
        if len(chunk) >= CHUNK or not ahead or sum(len(one.data) for one in chunk) >= ROOM:
            yield chunk
            chunk = []


def _store(job: Import, looked: Sequence[_Looked], scores: Scores, writers: ThreadPoolExecutor) -> None:
    """One transaction for a chunk: bytes first, then rows and verdicts, so that no row lacks its file."""
    study = job.study
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)  # two imports agree on what is a duplicate
        jobs.keep(job)
        first: dict[str, tuple[str, Photograph, bytes]] = {}
        for one in looked:
            if one.photograph:
                first.setdefault(one.photograph.sha256, (one.path, one.photograph, one.data))
        known = {image.sha256: image for image in Image.objects.filter(study=study, sha256__in=first)}
        # Also those that are known: the store may have lost one, or have half of it.
        files = dict(zip(first, writers.map(lambda one: _keep(*one[1:]), first.values()), strict=True))
        fresh = {
            sha256: _image(study, path, photograph, files[sha256], scores)
            for sha256, (path, photograph, _) in first.items()
            if sha256 not in known
        }
        Image.objects.bulk_create(fresh.values())
        ImportedFile.objects.bulk_create([_verdict(job, one, fresh, known, scores) for one in looked])


def _image(study: Study, path: str, photograph: Photograph, file: str, scores: Scores) -> Image:
    return Image(
        study=study,
        name=path[-400:],
        sha256=photograph.sha256,
        file=file,
        media_type=photograph.media_type,
        byte_size=photograph.byte_size,
        width=photograph.width,
        height=photograph.height,
        orientation=photograph.orientation,
        outside_mos=scores.score_of(path),
        split=split_of(study.seed, photograph.sha256),
    )


def _keep(photograph: Photograph, data: bytes) -> str:
    """The bytes under a name made of their hash; a file that a killed import left half written is replaced."""
    name = f"images/{photograph.sha256[:2]}/{photograph.sha256}.{photograph.extension}"
    if default_storage.exists(name):
        if default_storage.size(name) == len(data):
            return name
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(data))


def _verdict(
    job: Import, one: _Looked, fresh: dict[str, Image], known: dict[str, Image], scores: Scores
) -> ImportedFile:
    path = one.path[-1000:]
    if one.photograph is None:
        return ImportedFile(job=job, path=path, verdict=ImportVerdict.REFUSED, message=spelt_out(one.reason)[:400])
    image = fresh.get(one.photograph.sha256)
    if image is not None and image.name == one.path[-400:]:
        return ImportedFile(job=job, path=path, verdict=ImportVerdict.IMPORTED, image=image)
    message = f"The same picture as {image.name}." if image else "This picture is in the study already."
    same = image or known[one.photograph.sha256]
    if scores.score_of(one.path) not in {None, same.outside_mos}:
        message = "This picture is in the study already, without this score; “Outside scores” brings it in."
    return ImportedFile(job=job, path=path, verdict=ImportVerdict.DUPLICATE, message=message[:400], image=same)


def _report_unused(job: Import, scores: Scores) -> None:
    """Scores that no image has are in the report, so that a wrong path does not go unseen; a refused file is there already."""
    judged = set(ImportedFile.objects.filter(job=job).values_list("path", flat=True))
    for path in judged:
        scores.score_of(path)
    rows = [
        ImportedFile(
            job=job,
            path=f"score of {readable_name(path)}",
            verdict=ImportVerdict.REFUSED,
            message="The scores name an image that is not here.",
        )
        for path in scores.unused()
        if readable_name(path) not in judged
    ]
    ImportedFile.objects.bulk_create(rows, ignore_conflicts=True)
