"""A worker that prelabels until nothing waits. Made to be killed: it does its first image and stops in the midst of the second.

python -m tests.workers.prelabeller DATABASE [judging|storing TOLD]: where it stops, and the file that says that it did.
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
    django.setup()
    from annotation.models.prelabels import Prelabel
    from tests.workers.predictors import FakePredictor
    from workers import looks
    from workers.tasks import prelabels

    model = FakePredictor()
    looks.judge_in = lambda directory: model  # type: ignore[assignment]
    match sys.argv[2:]:
        case ["judging", told]:
            model.assess = stopping(model.assess, told)  # type: ignore[method-assign]
        case ["storing", told]:
            manager = type(Prelabel.objects)
            manager.bulk_create = stopping(manager.bulk_create, told)  # type: ignore[method-assign]
    while prelabels.prelabel_regions_task():
        pass


def stopping(work: Any, told: str) -> Any:
    """The second call does its work, and never comes back."""
    calls: list[int] = []

    def stops(*given: Any, **named: Any) -> Any:
        done = work(*given, **named)
        calls.append(1)
        if len(calls) > 1:
            Path(told).touch()
            time.sleep(600)
        return done

    return stops


if __name__ == "__main__":
    main()
