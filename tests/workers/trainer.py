"""A worker that does the training run that waits, with a child that writes what the real one would. Made to be killed.

python -m tests.workers.trainer DATABASE FOLDER [MODULE TOLD]: the child that stands for this module writes its number into the
file and does nothing more.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.TRAINING_DIR = sys.argv[2]
    django.setup()
    from workers import child, training
    from workers.tasks.training import run_trainings_task

    def run_child(module: str, arguments: Any, **how: Any) -> child.Spent:
        return child.run_child("tests.workers.trainer", ["child", module, *sys.argv[3:], *arguments], **how)

    training.run_child = run_child
    training.LEAST_TRAIN, training.LEAST_TEST = 2, 1
    run_trainings_task()


def be_child(module: str, given: list[str]) -> None:
    if given[:1] == [module]:
        Path(given[1]).with_suffix(".part").write_text(str(os.getpid()))
        Path(given[1]).with_suffix(".part").rename(given[1])
        time.sleep(600)
    import django

    django.setup()
    from tests.workers.test_training import FakeChild

    out = Path(given[given.index("--out" if module == "ml.train" else "--json") + 1])
    (FakeChild()._train if module == "ml.train" else FakeChild()._compare)(out)


if __name__ == "__main__":
    if sys.argv[1] == "child":
        be_child(sys.argv[2], sys.argv[3:])
    else:
        main()
