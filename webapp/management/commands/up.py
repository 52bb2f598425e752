"""`manage.py up`: the whole platform on this machine, until Ctrl-C."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.embedded.errors import EmbeddedError
from webapp.supervisor.console import Console
from webapp.supervisor.events import PlatformError
from webapp.supervisor.first_account import first_account_words
from webapp.supervisor.plan import whole_platform
from webapp.supervisor.ports import DEFAULT_PORT
from webapp.supervisor.running import running_platform


class Command(BaseCommand):
    help = "Starts database, broker, web server, workers and beat, and stops them all at Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine only)")
        parser.add_argument(
            "--port", type=int, help=f"the port; without it {DEFAULT_PORT} or the next free one (taken: an error)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        print(f"Gullery, data in {settings.DATA_DIR}", flush=True)
        try:
            with running_platform(
                whole_platform, settings.DATA_DIR, listener=Console(), host=options["host"], port=options["port"]
            ) as platform:
                seconds = time.monotonic() - began
                print(f"Ready after {seconds:.1f} s: {platform.address}   (Ctrl-C stops everything)", flush=True)
                if words := first_account_words():
                    print(words, flush=True)
                platform.wait()
        except KeyboardInterrupt:
            return
        except (PlatformError, EmbeddedError) as error:
            raise CommandError(str(error)) from error
