"""A real worker of the queue `gpu` with one process, as the supervisor starts it, rung five times a second.

python -m tests.workers.resident_worker DATABASE TOLD: each model that is loaded and each task that judged something or
failed is a line of TOLD, with the number of the process.
"""

import os
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    from celery.signals import task_failure, task_postrun

    import ml.judges
    from workers.app import app

    load = ml.judges.load_judge

    def load_and_tell(directory: Path) -> Any:
        tell("load", directory.name)
        return load(directory)

    def judged(retval: object, **_: object) -> None:
        if retval:
            tell("task", retval)

    def failed(exception: BaseException, **_: object) -> None:
        tell("failure", type(exception).__name__)

    ml.judges.load_judge = load_and_tell
    task_postrun.connect(judged)
    task_failure.connect(failed)
    app.set_current()
    Thread(target=ring, daemon=True).start()
    app.Worker(pool="prefork", concurrency=1, queues=["gpu"], without_gossip=True, without_mingle=True).start()


def ring() -> None:
    from workers.tasks.prelabels import prelabel_regions_task

    while True:
        prelabel_regions_task.apply_async(queue="gpu")
        time.sleep(0.2)


def tell(*words: object) -> None:
    with Path(sys.argv[2]).open("a") as told:
        told.write(" ".join(map(str, (os.getpid(), *words))) + "\n")


if __name__ == "__main__":
    main()
