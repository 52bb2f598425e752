"""The main job in small: two photographs, proposals by a worker, every vote over HTTP, one export."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from PIL import Image

from tests.ml.pictures import ball_on_grass
from tests.operations.deployment import Deployment
from tests.webapp.api.client import ballot

PEOPLE = """
import json
from annotation.actions.studies import add_member, create_study
from annotation.models import AccessToken, User

ada, ben = (User.objects.create_user(username=name) for name in ("ada", "ben"))
study = create_study(by=ada, name="Birds", slug="birds", votes_wanted=1, regions_per_image=2)
add_member(study=study, user=ben, role="annotator", by=ada)
scopes = {ada: ["read", "manage"], ben: ["read", "rate"]}
print(json.dumps([AccessToken.issue(user=user, name="job", scopes=scopes[user], days=1)[1] for user in (ada, ben)]))
"""


class MainJob:
    def __init__(self, deployment: Deployment) -> None:
        self._at = deployment
        self._ada, self._ben = "", ""

    def begin(self) -> None:
        """A study, a manager and an annotator, and two photographs beside a file that is none."""
        self._ada, self._ben = json.loads(self._at.manage("shell", "-v", "0", "-c", PEOPLE)[-1])
        folder = self._at.folder / "photographs (raw)"
        folder.mkdir()
        for number, side in enumerate((192, 224)):
            Image.fromarray(ball_on_grass(side, side)[0]).save(folder / f"ball {number}.png")
        (folder / "broken.jpg").write_bytes(b"no picture")
        told = self._at.manage("import_images", "birds", str(folder))
        assert told[-1] == "2 imported, 0 duplicate, 1 refused"

    def propose(self) -> list[int]:
        """The accepted regions, once a worker has looked at every image."""
        self._at.wait_until(lambda: all(one["proposed_at"] for one in self._list("studies/birds/images")), "proposals")
        images = [one["id"] for one in self._list("studies/birds/images")]
        return sorted(one["id"] for image in images for one in self._list(f"images/{image}/regions?status=accepted"))

    def judged(self) -> list[str]:
        """The model that came along has looked at every image; the versions there are."""
        self._at.wait_until(lambda: not self._get("studies/birds/progress")["study"]["prelabels_waiting"], "prelabels")
        return [one["name"] for one in self._get("studies/birds/versions") if one["active"]]

    def rate(self) -> list[int]:
        """Until nothing is left; the regions that were voted on."""
        while (answer := self._post("studies/birds/assignments", self._ben, {"holding": []}))["answer"] == "seat":
            assignment = answer["assignment"]
            status, picture = self._at.fetch(assignment["image"]["url"], self._ben)
            size = Image.open(io.BytesIO(picture)).size
            assert (status, size) == (200, (assignment["image"]["width"], assignment["image"]["height"]))
            self._post("votes", self._ben, ballot(assignment["lease"]))
        assert answer["answer"] == "all_done"
        return sorted(one["region"] for one in self._list("studies/birds/labels") if one["votes"])

    def labels(self) -> dict[int, tuple[str, int]]:
        return {one["region"]: (one["status"], one["votes"]) for one in self._list("studies/birds/labels")}

    def export(self) -> list[tuple[str, str]]:
        """Region and exposure of each vote, from the file."""
        made = self._post("studies/birds/exports", self._ada, {"format": "csv"})["id"]
        self._at.wait_until(lambda: self._get(f"exports/{made}")["status"] == "done", "the export")
        status, content = self._at.fetch(self._get(f"exports/{made}")["file"], self._ada)
        assert status == 200
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            [votes] = [name for name in archive.namelist() if Path(name).name == "votes.csv"]
            rows = list(csv.DictReader(io.StringIO(archive.read(votes).decode())))
        return sorted(((row["region_id"], row["exposure"]) for row in rows), key=lambda row: int(row[0]))

    def _list(self, path: str) -> list[dict[str, Any]]:
        return list(self._get(path)["results"])

    def _get(self, path: str) -> Any:
        status, answer = self._at.ask(f"/api/v1/{path}", self._ada)
        assert status == 200, answer
        return answer

    def _post(self, path: str, token: str, body: object) -> dict[str, Any]:
        status, answer = self._at.ask(f"/api/v1/{path}", token, body)
        assert 200 <= status < 300, answer
        return answer
