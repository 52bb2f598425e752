"""`manage.py restore` in a process of its own: another database of the test server, another folder of files.

python -m tests.webapp.backup.restorer DATABASE FILES BACKUP
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> None:
    database, files, backup = sys.argv[1:]
    import django
    from django.conf import settings
    from django.core.management import CommandError, call_command

    settings.DATABASES["default"]["NAME"] = database
    settings.STORAGES["default"]["OPTIONS"]["location"] = files
    django.setup()
    try:
        call_command("restore", backup)
    except CommandError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
