"""`manage.py restore` in a process of its own: another database of the test server, another folder of files.

python -m tests.webapp.backup.restorer DATABASE FILES BACKUP... [--silent] [--send] [--key KEY]: where there are several,
each is tried, and what each is refused for is a line of its own. `--send` is what a worker does afterwards.
"""

import os
import sys
from argparse import ArgumentParser

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> None:
    import django
    from django.conf import settings
    from django.core.management import CommandError, call_command

    given = _parser().parse_args()
    settings.DATABASES["default"]["NAME"] = given.database
    settings.STORAGES["default"] = _files(given.files)
    settings.SECRET_KEY = given.key or settings.SECRET_KEY
    django.setup()
    refused = []
    for backup in given.backups:
        try:
            call_command("restore", backup, silent=given.silent)
        except CommandError as error:
            refused.append(str(error))
    if refused:
        sys.exit("\n".join(refused))
    if given.send:
        _send()


def _files(place: str) -> dict[str, object]:
    """A folder or a bucket."""
    from webapp import settings

    return settings._files(place) if place.startswith("s3:") else settings._files("") | {"OPTIONS": {"location": place}}


def _parser() -> ArgumentParser:
    parser = ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("files")
    parser.add_argument("backups", nargs="+")
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--send", action="store_true")
    parser.add_argument("--key")
    return parser


def _send() -> None:
    from django.conf import settings

    from annotation.actions.deliveries import send_due
    from tests.annotation.exchange.hooks.receiver import HOST

    settings.WEBHOOK_HOSTS = [HOST]
    print(f"Tried: {send_due(seconds=20)}")


if __name__ == "__main__":
    main()
