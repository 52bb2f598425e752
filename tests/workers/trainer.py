"""A worker that does the training run that waits. Made to be killed.

python -m tests.workers.trainer DATABASE FOLDER [MODULE TOLD]: with children that write what the real ones would; the one that
stands for this module writes its number into the file and does nothing more.
python -m tests.workers.trainer DATABASE FOLDER real [TOLD]: with `ml.train` and `ml.compare`; with TOLD, training is held.
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
        return child.run_child(*instead_of(module, list(arguments), sys.argv[3:]), **how)

    training.run_child = run_child
    training.LEAST_TRAIN, training.LEAST_TEST = 2, 1
    run_trainings_task()


def instead_of(module: str, arguments: list[str], wish: list[str]) -> tuple[str, list[str]]:
    """The module that is run, and with what."""
    match wish:
        case ["real", told] if module == "ml.train":
            return "tests.workers.held_training", [told, *arguments]
        case ["real", *_]:
            return module, arguments
    return "tests.workers.trainer", ["child", module, *wish, *arguments]


def tell(told: Path) -> None:
    """The number of this process, in one piece."""
    told.with_suffix(".part").write_text(str(os.getpid()))
    told.with_suffix(".part").rename(told)


def be_child(module: str, given: list[str]) -> None:
    if given[:1] == [module]:
        tell(Path(given[1]))
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
