"""The examples of docs/api.md, run with curl as they stand."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from annotation.actions.versions import promote
from annotation.enums import Role
from annotation.models import AccessToken, Assessment, Export, Import, Vote
from tests.factories import PASSWORD, make_image, make_member, make_region, make_study, make_version

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "api.md"
EXAMPLES = dict(re.findall(r"```sh (\S+)\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_guide_s_examples_run_as_they_stand(live_server: LiveServer, tmp_path: Path) -> None:
    study = make_study(slug="demo")
    make_region(study, make_image(study, b"the very bytes"))
    promote(study=study, version=make_version(), reason="The first.")
    ada = make_member(study, Role.MANAGER)
    _, token = AccessToken.issue(user=ada, name="x", scopes=["read", "rate", "manage"], days=1)
    for name in ("one.png", "two.png"):
        (tmp_path / name).write_bytes(b"x")
    variables = {
        "GULLERY": live_server.url,
        "TOKEN": token,
        "STUDY": "demo",
        "NAME": ada.username,
        "PASSWORD": PASSWORD,
    }

    said = {name: run(script, tmp_path, variables) for name, script in EXAMPLES.items()}

    assert list(said) == ["sign-in", "next", "vote", "oversee", "click"]
    assert '"token":"gull_' in said["sign-in"]
    assert json.loads(said["next"])["answer"] == "seat"
    assert (tmp_path / "picture").read_bytes() == b"the very bytes"
    assert Vote.objects.get().blur == 2
    assert (json.loads(said["click"])["status"], Assessment.objects.get().clicks) == ("queued", "20,20,+")
    assert [Import.objects.count(), Export.objects.get().format] == [1, "csv"]
    assert [text for text in said.values() if '"error":{' in text] == []


def run(script: str, folder: Path, variables: dict[str, str]) -> str:
    environment = os.environ | variables
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
