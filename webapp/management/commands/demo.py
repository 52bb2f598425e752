"""`manage.py demo`: photographs in, labels out, in front of your eyes."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from webapp.demo.run import run_demo
from webapp.demo.steps import DemoError, Photographs, own_photographs
from webapp.demo.summary import print_summary
from webapp.embedded.errors import EmbeddedError
from webapp.supervisor.console import Console
from webapp.supervisor.events import PlatformError
from webapp.supervisor.plan import whole_platform
from webapp.supervisor.running import Platform, running_platform


class Command(BaseCommand):
    help = "Runs the whole platform with a demonstration study: import, proposals, 24 simulated annotators, labels, export."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--images", type=Path, help="a folder of photographs of your own")
        parser.add_argument("--scores", type=Path, help="a CSV with outside scores for them (columns path, score)")
        parser.add_argument("--once", action="store_true", help="stop when done; the last line is a JSON summary")
        parser.add_argument("--port", type=int, help="web port; the next free one from 8000 when not given")
        parser.add_argument("--study", help="its short name; demo, or named after your folder, when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        # Progress goes to stderr, so that stdout's last line is the summary a program can read.
        console = Console(sys.stderr)
        given = self._given(options)
        summary: dict[str, object] = {}
        try:
            with running_platform(
                whole_platform, settings.DATA_DIR, listener=console, port=options["port"]
            ) as platform:
                summary = self._run(platform, options["study"], given)
                if not options["once"]:
                    print("\nEverything stays up until Ctrl-C.", flush=True)
                    platform.wait()
        except KeyboardInterrupt:
            if options["once"]:
                print("Stopped before the demonstration was done; run it again to go on.", file=sys.stderr)
                raise
            return
        except (PlatformError, EmbeddedError) as error:
            raise CommandError(str(error)) from error
        if options["once"]:
            print(json.dumps(summary), flush=True)

    def _given(self, options: dict[str, Any]) -> Photographs | None:
        """Photographs of one's own, looked for before anything is started."""
        images, scores = options["images"], options["scores"]
        if scores and not images:
            raise CommandError("SCORES belong to photographs of your own: say IMAGES=DIR, too.")
        try:
            return own_photographs(images.resolve(), scores.resolve() if scores else None) if images else None
        except DemoError as error:
            raise CommandError(str(error)) from error

    def _run(self, platform: Platform, slug: str | None, given: Photographs | None) -> dict[str, object]:
        started = time.monotonic()
        try:
            report = run_demo(platform, slug=slug, given=given)
        except DemoError as error:
            raise CommandError(str(error)) from error
        report["seconds"]["everything"] = round(time.monotonic() - started, 1)
        print_summary(report)
        return report
