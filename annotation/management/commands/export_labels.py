"""`manage.py export_labels STUDY --format FORMAT --out DIR`: labels and votes as plain files below DIR/<format>/."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from annotation.actions.exports import write_snapshot
from annotation.actions.snapshots import take_snapshot
from annotation.enums import DATA_FORMATS, ExportFormat
from annotation.exchange.formats import ImageLostError
from annotation.exchange.meter import Meter, Progress
from annotation.exchange.records import Counts
from annotation.exchange.snapshot_file import SnapshotDamagedError
from annotation.management.folders import refuse_full
from annotation.management.studies import study_named
from annotation.models import Snapshot, Study

EVERY = "all"


class Command(BaseCommand):
    help = "Takes a snapshot of a study and writes it out; the same snapshot always gives the same bytes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", help="short name of the study")
        parser.add_argument("--format", required=True, choices=[*ExportFormat.values, EVERY])
        parser.add_argument("--out", required=True, type=Path, help="a folder; each format gets one of its own in it")
        parser.add_argument("--snapshot", metavar="HASH", help="an earlier snapshot, by the beginning of its hash")
        parser.add_argument(
            "--images", action="store_true", help="put the photographs' original bytes beside the labels"
        )
        parser.add_argument(
            "--without-exposed",
            action="store_true",
            help="make the labels of votes that saw no model's guess; regions with too few of them are open",
        )

        parser.add_argument(
            "--with-excluded",
            action="store_true",
            help="make the labels as if nobody had been excluded from the study",
        )

        parser.add_argument(
            "--language",
            default="en",
            choices=[code for code, _ in settings.LANGUAGES],
            help="of the report; data have none",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["language"] != "en" and options["format"] != ExportFormat.REPORT:
            raise CommandError("--language is for --format report; data are the same in every language.")
        study = study_named(options["study"])
        out = Path(options["out"])
        formats = list(DATA_FORMATS) if options["format"] == EVERY else [options["format"]]
        folders = {name: out / name for name in formats}
        for folder in folders.values():
            refuse_full(folder)
        snapshot = self._snapshot(study, options["snapshot"])
        try:
            with self._progress(f"writing {', '.join(formats)}") as report:
                meter = Meter(report, snapshot.regions + snapshot.votes)
                counts = write_snapshot(
                    snapshot,
                    folders,
                    meter,
                    include_images=options["images"],
                    without_exposed=options["without_exposed"],
                    with_excluded=options["with_excluded"],
                    language=options["language"],
                )
        except (SnapshotDamagedError, ImageLostError, OSError) as error:
            raise CommandError(str(error)) from error
        self._report(snapshot, counts, folders)

    def _snapshot(self, study: Study, prefix: str | None) -> Snapshot:
        if prefix is None:
            with self._progress("taking a snapshot") as report:
                return take_snapshot(study=study, progress=report)
        found = list(Snapshot.objects.filter(study=study, sha256__startswith=prefix.lower())[:2]) if prefix else []
        if len(found) != 1:
            how_many = "more than one snapshot" if found else "no snapshot"
            raise CommandError(f"{study.slug} has {how_many} whose hash begins with {prefix!r}.")
        return found[0]

    @contextmanager
    def _progress(self, words: str) -> Iterator[Progress]:
        with tqdm(desc=words, unit=" row", leave=False, disable=not self.stderr.isatty()) as bar:

            def report(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            yield report

    def _report(self, snapshot: Snapshot, counts: Counts, folders: dict[str, Path]) -> None:
        for folder in folders.values():
            files = sorted(path for path in folder.rglob("*") if path.is_file() and path.parent.name != "images")
            for path in files:
                self.stdout.write(f"{path}  {path.stat().st_size} bytes")
        self.stdout.write(f"{counts.regions} regions, {counts.settled} settled, {counts.votes} votes")
        self.stdout.write(f"snapshot {snapshot.sha256}")
