"""The main job from end to end, as `make demo IMAGES=... SCORES=...` runs it: real processes, real HTTP, two runs for all."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from ml.synthesis.samples import write_samples
from tests.webapp.demo import offline
from tests.webapp.supervisor.runs import processes_of, started
from webapp.demo.summary import print_summary
from webapp.embedded import locations

pytestmark = pytest.mark.slow

MANAGE = [sys.executable, "manage.py", "demo"]
# Every one of a queue's processes loads the network, which is most of the work here.
AROUND = {"DATABASE_URL": "", "CELERY_BROKER_URL": "", "GULLERY_WORKER_PROCESSES": "1"}
PRODUCT = {"DJANGO_SETTINGS_MODULE": "webapp.settings", "GULLERY_SECRET_KEY": "for-this-test-alone-" + "x" * 30}


def run_demo(data: Path, *words: str, before: list[str] | None = None) -> "subprocess.CompletedProcess[str]":
    around = {
        name: value for name, value in os.environ.items() if not name.startswith(("GULLERY_", "DJANGO_", "PYTEST_"))
    }
    command = [*(before or []), *MANAGE, "--once", *words]
    around |= AROUND | {"GULLERY_DATA": str(data)}
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=around, capture_output=True, text=True, check=False, timeout=1200
    )


@dataclass
class Demonstration:
    """Of five photographs, a file that is none, and scores; run once, where possible without a network."""

    folder: Path
    offline: bool

    @property
    def data(self) -> Path:
        return self.folder / "data folder"

    @property
    def scores(self) -> dict[str, float]:
        photographs = (self.folder / "my photographs (raw)").iterdir()
        names = sorted(path.name for path in photographs if path.name != "broken [1].jpg")
        return {name: number / 5 for number, name in enumerate(names)}

    @property
    def words(self) -> list[str]:
        return ["--images", str(self.folder / "my photographs (raw)"), "--scores", str(self.folder / "mos.csv")]

    @cached_property
    def done(self) -> "subprocess.CompletedProcess[str]":
        before = [sys.executable, "-m", offline.__name__] if self.offline else None
        return run_demo(self.data, *self.words, before=before)

    @cached_property
    def report(self) -> dict[str, Any]:
        assert self.done.returncode == 0, self.done.stderr[-3000:]
        return dict(json.loads(self.done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    demonstration = Demonstration(tmp_path_factory.mktemp("demo"), offline.possible())
    photographs = demonstration.folder / "my photographs (raw)"
    manifest = write_samples(photographs, limit=5)
    manifest.unlink()
    one = min(photographs.iterdir())
    one.rename(one.with_name(f"the same, [2] (raw){one.suffix}"))
    (photographs / "broken [1].jpg").write_bytes(b"no picture")
    rows = [f'"{name}",{score}\n' for name, score in demonstration.scores.items()]
    (demonstration.folder / "mos.csv").write_text("image,mos\n" + "".join(rows))
    return demonstration


def test_photographs_become_labels(first: Demonstration) -> None:
    report = first.report

    assert report["study"] == "demo-my-photographs-raw"
    assert (report["files"], report["images"], report["failed_images"]) == ({"imported": 5, "refused": 1}, 5, 0)
    assert report["regions"] == report["settled"] == report["recovery"]["labels"] > 5
    assert report["votes"] == report["votes_this_run"] == 7 * report["regions"]
    assert (report["surplus"], report["annotators"]) == (0, 24)
    found = report["recovery"]
    assert min(found["quality_srocc"], found["importance_srocc"], found["with_or_without_right"]) > 0.6
    assert sorted(report["logins"]) == ["annotator", "manager", "reviewer"]
    assert sorted(report["exports"]) == ["coco", "csv", "hf", "parquet", "report", "seagull"]
    with zipfile.ZipFile(report["exports"]["seagull"]) as archive:
        records = json.loads(archive.read(next(name for name in archive.namelist() if name.endswith("labels.json"))))
    assert len(records) == report["regions"]


def test_the_printed_text_says_what_the_last_line_says(
    first: Demonstration, capsys: pytest.CaptureFixture[str]
) -> None:
    print_summary(first.report)
    seconds = dict(first.report["seconds"])
    everything = seconds.pop("everything")

    assert capsys.readouterr().out == "".join(first.done.stdout.splitlines(keepends=True)[:-1])
    assert list(seconds) == [
        *("photographs", "import", "proposals", "prelabels", "votes", "training", "exports", "verification")
    ]
    assert 0 < seconds["votes"] < sum(seconds.values()) <= everything + 0.5
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", first.report["address"])


def test_progress_is_shown_on_the_way(first: Demonstration) -> None:
    formats = [f"exporting {name}" for name in first.report["exports"]]
    whole = {word.strip() for word in re.findall(r"([\w ]+): +100%\|", first.done.stderr)}

    steps = {"importing photographs", "proposing regions", "the model looks", "24 annotators voting"}
    assert whole >= {*steps, *formats}


def test_nothing_of_it_needs_a_network(first: Demonstration) -> None:
    if not first.offline:
        pytest.skip("This account may not make a namespace, so the run had the network.")
    assert first.done.returncode == 0, first.done.stderr[-3000:]


def test_a_second_run_goes_on_and_stays_up_until_ctrl_c(first: Demonstration) -> None:
    report = first.report
    csv = Path(report["exports"]["csv"]).read_bytes()

    with started(first.data, *first.words, command=MANAGE, **AROUND, **PRODUCT) as run:
        run.wait_for("Everything stays up until Ctrl-C.")
        said = run.output
        address = said.partition("\nOpen ")[2].split()[0]
        for name, password in report["logins"].items():
            assert f"\n  {name:10} password {password}\n" in said
            assert signed_in(address, name, password) == name
        stored = dict(outside_scores(first.data, report["study"]))
        os.killpg(run.process.pid, signal.SIGINT)

        assert (run.ended_with(), processes_of(first.data)) == (0, [])

    assert f"\nstudy {report['study']}: 5 photographs, {report['regions']} regions, {report['votes']} votes " in said
    assert "\n0 votes in this run at 0 votes/s over HTTP; 0 over quota" in said
    assert stored == first.scores
    assert next(name for name in stored if "[" in name).startswith("the same, [2] (raw).")
    assert printed_export(said, "csv").read_bytes() == csv


def printed_export(said: str, name: str) -> Path:
    folder, *lines = said.partition("\nExports in ")[2].splitlines()
    return Path(folder) / dict(line.split(maxsplit=1) for line in lines[:6])[name]


def signed_in(address: str, name: str, password: str) -> str:
    """Who the server says that one is, afterwards."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    body = json.dumps({"username": name, "password": password}).encode()
    asked = urllib.request.Request(f"{address}/api/v1/session", body, {"Content-Type": "application/json"})
    browser.open(asked, timeout=60).close()
    with browser.open(f"{address}/api/v1/session", timeout=60) as answer:
        return str(json.load(answer)["username"])


def outside_scores(data: Path, study: str) -> Iterator[tuple[str, float]]:
    host = str(locations.postgres_socket_dir(data))
    statement = (
        "SELECT image.name, outside_mos FROM annotation_image image "
        "JOIN annotation_study study ON study.id = study_id WHERE slug = %s"
    )
    with psycopg.connect(host=host, port=5432, user="postgres", dbname="gullery") as connection:
        yield from connection.execute(statement, [study])


def test_a_folder_that_is_not_there_is_said_before_anything_else(tmp_path: Path) -> None:
    done = run_demo(tmp_path / "data", "--images", str(tmp_path / "nowhere"))

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"CommandError: IMAGES={tmp_path / 'nowhere'} is not a folder."
