"""`manage.py import_images STUDY SOURCE`: a folder, a zip or a CSV of paths into a study."""

import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from annotation.actions.imports import request_import, run_import
from annotation.actions.jobs import claim, resume
from annotation.enums import ImportVerdict, JobStatus
from annotation.management.studies import study_named
from annotation.models import Import, ImportedFile, Study

LONGEST = 1000
"""Characters of a path that a row of an import holds."""


class Command(BaseCommand):
    help = "Imports photographs and says of each file whether it was taken and, if not, why."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", help="short name of the study")
        parser.add_argument("source", type=Path, help="a folder, a zip, or a CSV with a column path")
        parser.add_argument("--scores", type=Path, help="a CSV with the columns path and score")

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = self._job(study_named(options["study"]), options)
        job = claim(Import, pk=waiting.pk)
        with tqdm(desc="importing", unit=" image", disable=not self.stderr.isatty()) as bar:
            if job is not None:
                run_import(job=job, progress=lambda done, total: self._show(bar, done, total), gives_way=False)
            job = self._follow(waiting, bar)
        self._report(job)
        if job.status != JobStatus.DONE:
            raise CommandError(job.error or f"The import is {job.status}.")
        if _all_refused(job):
            raise CommandError("None of these files came in.")

    def _job(self, study: Study, options: dict[str, Any]) -> Import:
        """An unfinished import of the same source goes on; else a new one."""
        source = _whole(options["source"])
        scores = _whole(options["scores"]) if options["scores"] else ""
        earlier = (
            Import.objects.filter(study=study, source=source, scores=scores, uploaded=False)
            .exclude(status=JobStatus.DONE)
            .last()
        )
        if earlier is None:
            return request_import(study=study, source=source, by=None, scores=scores)
        if earlier.ended:
            resume(job=earlier)
        elif earlier.status == JobStatus.RUNNING:
            Import.objects.filter(pk=earlier.pk).update(heartbeat_at=None)
        return earlier

    def _follow(self, job: Import, bar: "tqdm[Any]") -> Import:
        """To the job's end, whoever is at it: a worker of a running platform may have been faster."""
        job.refresh_from_db()
        while not job.ended:
            time.sleep(0.5)
            job.refresh_from_db()
            self._show(bar, job.done, job.total)
        return job

    def _show(self, bar: "tqdm[Any]", done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    def _report(self, job: Import) -> None:
        files = ImportedFile.objects.filter(job=job)
        counts = Counter(files.values_list("verdict", flat=True))
        for file in files.filter(verdict=ImportVerdict.REFUSED).order_by("path"):
            self.stdout.write(f"refused   {file.path}: {file.message}")
        self.stdout.write(", ".join(f"{counts[verdict]} {verdict}" for verdict in ImportVerdict.values))


def _all_refused(job: Import) -> bool:
    verdicts = set(ImportedFile.objects.filter(job=job).values_list("verdict", flat=True))
    return verdicts == {ImportVerdict.REFUSED}


def _whole(path: Path) -> str:
    """Raises CommandError for a path that no row can hold."""
    whole = os.path.realpath(path)
    text = whole.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if text != whole or len(whole) > LONGEST:
        raise CommandError(f"{text} is not UTF-8, or longer than {LONGEST} characters; give the folder another name.")
    return whole
