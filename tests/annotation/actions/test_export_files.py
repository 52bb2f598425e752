from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from annotation.actions.export_files import expire_exports, repeat_export
from annotation.actions.exports import request_export
from annotation.enums import JobStatus
from annotation.errors import Conflict
from annotation.models import Export
from tests.annotation.actions.test_exports import run, stored_exports
from tests.annotation.exchange.snapshots import make_nest
from tests.factories import cast, make_member
from workers.tasks.exports import run_exports_task

pytestmark = pytest.mark.django_db

MONTH = timedelta(days=30)


def aged(export: Export, days: int) -> Export:
    Export.objects.filter(pk=export.pk).update(finished_at=timezone.now() - timedelta(days=days))
    return export


def test_old_files_go_and_their_rows_stay() -> None:
    study = make_nest().study
    old, young = aged(run(study), 31), aged(run(study, "coco"), 29)

    assert (expire_exports(kept=MONTH), expire_exports(kept=MONTH)) == (1, 0)

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, old.file.name, bool(old.snapshot), old.byte_size > 0) == (JobStatus.DONE, "", True, True)
    assert stored_exports(study) == [young.file.path]


def test_a_file_that_is_gone_already_is_no_obstacle() -> None:
    export = aged(run(make_nest().study), 31)
    Path(export.file.path).unlink()

    assert expire_exports(kept=MONTH) == 1


def test_made_again_it_is_the_same_bytes_whatever_was_said_since() -> None:
    nest = make_nest()
    export = run(nest.study)
    before = Path(export.file.path).read_bytes()
    aged(export, 31)
    expire_exports(kept=MONTH)
    cast(nest.clean, make_member(nest.study), quality=0)

    repeat_export(job=export)
    run_exports_task()

    export.refresh_from_db()
    assert (export.status, Path(export.file.path).read_bytes()) == (JobStatus.DONE, before)


def test_what_has_a_file_or_never_had_one_is_not_made_again() -> None:
    study = make_nest().study
    for export in (run(study), request_export(study=study, format="coco", by=None)):
        with pytest.raises(Conflict, match="expired"):
            repeat_export(job=export)
