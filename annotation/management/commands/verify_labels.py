"""`manage.py verify_labels [STUDY ...]`: works labels, screening and recovery out again from the raw votes and reports what
does not follow.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from annotation.actions.reproduction import export_differences, kept_exports
from annotation.management.studies import studies_named
from annotation.models import Image, Label, Study
from annotation.queries.analyses import panel_at
from annotation.queries.exposure_verification import exposure_differences
from annotation.queries.file_verification import file_differences
from annotation.queries.panel_verification import panel_differences
from annotation.queries.seat_verification import seat_differences
from annotation.queries.verification import Difference, replay_labels

Item = TypeVar("Item")


class Command(BaseCommand):
    help = (
        "Works every label, every annotator's signals and every recovered score out again from the raw votes, in SQL; "
        "ends with 1 when anything differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", nargs="*", help="short names; all studies when none is given")
        parser.add_argument("--files", action="store_true", help="also read every image's file and check its hash")
        parser.add_argument(
            "--exports",
            action="store_true",
            help="also make every kept export again from its snapshot; a report has screening and recovery in it",
        )
        parser.add_argument(
            "--labels-only",
            action="store_true",
            help="leave screening and recovery out, whose memory grows with the votes",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = {name: options[name] for name in ("files", "exports", "labels_only")}
        studies = studies_named(options["study"]) if options["study"] else list(Study.objects.order_by("slug"))
        if not studies:
            self.stdout.write("There is no study yet, so there is nothing to verify.")
        wrong = sum(self._verify(study, **chosen) for study in studies)
        if wrong:
            raise CommandError(f"{wrong} differences.")

    def _verify(self, study: Study, *, files: bool, exports: bool, labels_only: bool) -> int:
        """Writes what differs and a last line; how many differences."""
        labels = images = made = 0
        wrong = 0 if labels_only else self._verify_panel(study)
        for found in self._bar(replay_labels(study), Label.objects.filter(study=study).count(), "label"):
            labels += 1
            wrong += self._tell(study, *found)
        wrong += self._tell(study, *seat_differences(study), *exposure_differences(study))
        if files:
            for one in self._bar(file_differences(study), Image.objects.filter(study=study).count(), "image"):
                images += 1
                wrong += self._tell(study, *([one] if one else []))
        if exports:
            for found in self._bar(export_differences(study), kept_exports(study), "export"):
                made += 1
                wrong += self._tell(study, *found)
        read = (f", {images} files read" if files else "") + (f", {made} exports made again" if exports else "")
        verdict = f"{wrong} differences" if wrong else f"{labels} labels verified"
        self.stdout.write(f"{study.slug}: {verdict}{read}")
        return wrong

    def _verify_panel(self, study: Study) -> int:
        people = len(panel_at(study).annotators)
        wrong = sum(self._tell(study, *found) for found in panel_differences(study))
        if people and not wrong:
            self.stdout.write(f"{study.slug}: screening and recovery of {people} annotators verified")
        return wrong

    def _tell(self, study: Study, *differences: Difference) -> int:
        for one in differences:
            self.stdout.write(f"{study.slug}: {one}")
        return len(differences)

    def _bar(self, items: Iterator[Item], total: int, unit: str) -> Iterator[Item]:
        return iter(tqdm(items, total=total, unit=f" {unit}", disable=not self.stderr.isatty()))
