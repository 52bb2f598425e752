"""`manage.py audit_anchoring STUDY [--json]`: how far shown guesses pulled votes, from the study's random arms."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from annotation.management.studies import study_named
from annotation.queries.anchoring import Audit, anchoring_of, pull_in_words, spread_in_words, time_in_words


class Command(BaseCommand):
    help = "Estimates, per scale and with 95 % intervals, how far shown guesses pulled votes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", help="short name of the study")
        parser.add_argument("--json", action="store_true", help="numbers instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        audit = anchoring_of(study_named(options["study"]))
        if options["json"]:
            self.stdout.write(json.dumps(asdict(audit), indent=2))
        else:
            self.stdout.write("\n".join(_lines(audit)))


def _lines(audit: Audit) -> list[str]:
    """Counts first, then a sentence or two for each scale, then the time."""
    counts = f"{audit.shown} votes with the guess shown, {audit.hidden} with it hidden"
    lines = [f"{counts}; {audit.regions} regions have both, {audit.people} people."]
    for scale in audit.scales:
        lines += filter(None, [pull_in_words(scale), spread_in_words(scale)])
    return [*lines, time_in_words(audit.time)]
