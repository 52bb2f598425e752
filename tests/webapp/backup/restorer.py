"""`manage.py restore` in a process of its own: another database of the test server, another folder of files.

python -m tests.webapp.backup.restorer DATABASE FILES BACKUP...: where there are several, each is tried, and what each
is refused for is a line of its own.
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> None:
    database, files, *backups = sys.argv[1:]
    import django
    from django.conf import settings
    from django.core.management import CommandError, call_command

    settings.DATABASES["default"]["NAME"] = database
    settings.STORAGES["default"]["OPTIONS"]["location"] = files
    django.setup()
    refused = []
    for backup in backups:
        try:
            call_command("restore", backup)
        except CommandError as error:
            refused.append(str(error))
    if refused:
        sys.exit("\n".join(refused))


if __name__ == "__main__":
    main()
