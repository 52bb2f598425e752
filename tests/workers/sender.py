"""A worker that sends deliveries. Made to be killed.

python -m tests.workers.sender DATABASE HOST: the host that is allowed.
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.WEBHOOK_HOSTS = [sys.argv[2]]
    django.setup()
    from workers.tasks.hooks import send_deliveries_task

    send_deliveries_task()


if __name__ == "__main__":
    main()
