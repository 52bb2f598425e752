"""A process that makes one export and is killed when the file is in the store and the row does not know it yet.

python -m tests.workers.exporter DATABASE FILES
"""

import os
import signal
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    database, files = sys.argv[1:]
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.STORAGES["default"]["OPTIONS"]["location"] = files
    django.setup()
    from annotation.actions import jobs
    from workers.tasks.exports import run_exports_task

    jobs.finish = die
    run_exports_task()


if __name__ == "__main__":
    main()
