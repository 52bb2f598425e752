import zipfile
import pytest

from annotation.actions.exports import request_export, run_export
from annotation.actions.jobs import claim
from annotation.enums import ExportFormat, JobStatus
from annotation.models import Export
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ExportFormat.values)
def test_an_export(name: str) -> None:
    study = make_study(votes_wanted=1)
    cast(make_region(study), make_member(study), blur=1)
    request_export(study=study, format=name, by=None)
    job = claim(Export)
    run_export(job=job)
    job.refresh_from_db()
    assert (job.status, job.error) == ("done", "")
    with zipfile.ZipFile(job.file.path) as z:
        print(z.namelist())
        for n in z.namelist():
            if not n.endswith("parquet"):
                print(z.read(n).decode()[:3000])
