"""The main job from end to end, as `make demo ONCE=1 IMAGES=... SCORES=...` runs it: real processes, real HTTP."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.conf import settings

from ml.synthesis.samples import write_samples

pytestmark = pytest.mark.slow


def run_demo(data: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    around = {
        name: value for name, value in os.environ.items() if not name.startswith(("GULLERY_", "DJANGO_", "PYTEST_"))
    }
    around |= {"GULLERY_DATA": str(data), "DATABASE_URL": "", "CELERY_BROKER_URL": ""}
    around["GULLERY_WORKER_PROCESSES"] = "1"  # every one of a queue's loads the network, which is most of the work here
    command = [sys.executable, "manage.py", "demo", "--once", *words]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=around, capture_output=True, text=True, check=False, timeout=1200
    )


def test_photographs_become_labels_and_a_second_run_goes_on(tmp_path: Path) -> None:
    photographs = tmp_path / "my photographs (raw)"
    manifest = write_samples(photographs, limit=5)
    names = sorted(path.name for path in photographs.iterdir() if path != manifest)
    manifest.unlink()
    (photographs / "broken [1].jpg").write_bytes(b"no picture")
    (tmp_path / "mos.csv").write_text(
        "image,mos\n" + "".join(f"{name},{number / 5}\n" for number, name in enumerate(names))
    )
    words = ["--images", str(photographs), "--scores", str(tmp_path / "mos.csv")]

    first = run_demo(tmp_path / "data folder", *words)
    second = run_demo(tmp_path / "data folder", *words)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr[-3000:] + second.stderr[-3000:]
    report, again = (json.loads(run.stdout.splitlines()[-1]) for run in (first, second))
    assert report["files"] == {"imported": 5, "refused": 1}
    assert report["images"] == 5
    assert report["regions"] == report["settled"] == report["recovery"]["labels"] > 5
    assert report["votes"] == report["votes_this_run"] == 7 * report["regions"]
    assert (report["surplus"], report["annotators"]) == (0, 24)
    assert report["recovery"]["quality_srocc"] > 0.6
    assert sorted(report["logins"]) == ["annotator", "manager", "reviewer"]
    assert sorted(report["exports"]) == ["coco", "csv", "hf", "parquet", "report", "seagull"]
    assert (again["votes"], again["votes_this_run"]) == (report["votes"], 0)
    assert (again["snapshot"], again["logins"]) == (report["snapshot"], report["logins"])
    with zipfile.ZipFile(report["exports"]["seagull"]) as archive:
        records = json.loads(archive.read(next(name for name in archive.namelist() if name.endswith("labels.json"))))
    assert len(records) == report["regions"]
    assert Path(report["exports"]["csv"]).read_bytes() == Path(again["exports"]["csv"]).read_bytes()


def test_a_folder_that_is_not_there_is_said_before_anything_else(tmp_path: Path) -> None:
    done = run_demo(tmp_path / "data", "--images", str(tmp_path / "nowhere"))

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"CommandError: IMAGES={tmp_path / 'nowhere'} is not a folder."
