#!/usr/bin/env python
"""Gullery's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    import django  # the settings module must be named first
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(f"Error: {error}")
    from django.db import OperationalError

    from webapp.embedded.errors import EmbeddedError
    from webapp.supervisor.borrowed import borrowed_database
    from webapp.supervisor.events import PlatformError

    try:
        with borrowed_database(sys.argv[1] if len(sys.argv) > 1 else ""):
            execute_from_command_line(sys.argv)
    except (EmbeddedError, ImproperlyConfigured, PlatformError) as error:
        sys.exit(f"Error: {error}")
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"Error: the database cannot be used: {error}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)  # as shells have it
