"""A step that fails, or comes to nothing, ends `make demo ONCE=1` with its name. The platform pretends; its rows are real."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from annotation.actions import jobs
from annotation.actions.imports import run_import
from annotation.actions.prelabels import fail_prelabels
from annotation.actions.proposals import fail_proposal
from annotation.actions.training import request_training
from annotation.enums import ExportFormat, TrainingTrigger
from annotation.models import Export, Image, Import, Label, Region, Study, TrainingRun
from tests.annotation.exchange.hooks.receiver import Receiver, receiving
from tests.factories import cast, make_region, make_user, make_version
from tests.pictures import write_pictures
from webapp.management.commands import demo

pytestmark = pytest.mark.django_db

AWAY = "http://127.0.0.1:9"


@dataclass
class Pretended:
    """Its workers have done their work whenever the demonstration looks, but for the step that `fails`."""

    fails: str
    address: str = AWAY

    def check(self) -> None:
        if (photographs := jobs.claim(Import)) is not None:
            run_import(job=photographs)
        for image in Image.objects.awaiting_proposals():
            self._propose(image)
        for image in Image.objects.filter(study__slug="demo-photos", prelabel_due=True):
            fail_prelabels(image=image, reason="Out of memory.") if self.fails == "model" else self._judge(image)
        self._train()
        if (export := jobs.claim(Export)) is not None:
            self._export(export)

    def _propose(self, image: Image) -> None:
        if self.fails == "proposals":
            fail_proposal(image=image, reason="Out of memory.")
            return
        Image.objects.filter(pk=image.pk).update(proposed_at=timezone.now())
        if self.fails != "regions" and image.study.slug == "demo-photos":
            region = make_region(image.study, image)
            for _ in range(0 if self.fails == "votes" else 7):
                cast(region, make_user())

    def _judge(self, image: Image) -> None:
        Image.objects.filter(pk=image.pk).update(prelabel_due=False)

    def _train(self) -> None:
        study = Study.objects.get(slug="demo-photos")
        if study.active_version and Label.objects.settled().exists() and not TrainingRun.objects.exists():
            request_training(study=study, trigger=TrainingTrigger.SCHEDULE)
        if (run := jobs.claim(TrainingRun)) is not None:
            jobs.fail(run, "The disk is full.")

    def _export(self, export: Export) -> None:
        if self.fails == "export":
            jobs.fail(export, "The disk is full.")
            return
        jobs.finish(export)
        if export.format == ExportFormat.values[-1]:
            Label.objects.update(quality_votes=[7, 0, 0, 0, 0])


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    write_pictures(tmp_path / "photos", 1, side=64)
    return tmp_path / "photos"


@pytest.fixture
def server() -> Iterator[Receiver]:
    """Whoever asks it for a region hears that all is done."""
    body = json.dumps({"answer": "all_done"}).encode()
    with receiving() as receiver:
        receiver.answers = [b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)]
        yield receiver


@pytest.fixture
def refusal(photos: Path, monkeypatch: pytest.MonkeyPatch) -> "Refusal":
    return Refusal(photos, monkeypatch)


@dataclass
class Refusal:
    photos: Path
    monkeypatch: pytest.MonkeyPatch

    def of(self, platform: Pretended, **words: object) -> str:
        """What the demonstration on this platform says when it ends."""

        @contextmanager
        def running(*_: object, **__: object) -> Iterator[Pretended]:
            yield platform

        self.monkeypatch.setattr(demo, "running_platform", running)
        with pytest.raises(CommandError) as caught:
            call_command("demo", "--once", **(words or {"images": self.photos}))
        assert caught.value.returncode == 1
        return str(caught.value)


def test_samples_that_cannot_be_written(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "demo-photographs").write_text("in the way")

    said = refusal.of(Pretended("photographs"), images=None)

    assert said == "The sample photographs could not be written; see above."


def test_a_folder_in_which_nothing_is_a_photograph(refusal: Refusal) -> None:
    (refusal.photos / "photo (0).png").write_bytes(b"no picture")

    said = refusal.of(Pretended("import"))

    assert said == (
        f"Importing photographs: {refusal.photos} must hold some (JPEG, PNG, WEBP); the first, photo (0).png: "
        "This is not an image, whatever its name says. Save it as an 8-bit RGB or grey JPEG, PNG or WebP."
    )


def test_an_empty_folder(refusal: Refusal) -> None:
    (refusal.photos / "photo (0).png").unlink()

    assert refusal.of(Pretended("import")) == (
        f"Importing photographs: {refusal.photos} must hold some (JPEG, PNG, WEBP); there is no file."
    )


def test_scores_that_name_none_of_the_photographs(refusal: Refusal) -> None:
    scores = refusal.photos.parent / "mos.csv"
    scores.write_text("name,mos\nphoto (1).png,61.5\n0.png,3\n")

    assert refusal.of(Pretended("import"), images=refusal.photos, scores=scores) == (
        f"Importing photographs: no line of SCORES={scores} names one; write file names, or paths below "
        f"{refusal.photos}, for example photo (0).png."
    )


def test_an_import_that_fails(refusal: Refusal, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = Pretended("import")
    monkeypatch.setattr(platform, "check", lambda: (rmtree(refusal.photos), Pretended.check(platform)))

    assert refusal.of(platform) == (
        f"Importing photographs ended as failed: {refusal.photos} is not there, or this account may not see it."
    )


def test_proposals_that_fail_are_tried_again_by_the_next_run(refusal: Refusal) -> None:
    first = refusal.of(Pretended("proposals"))
    again = refusal.of(Pretended("regions"))

    assert first == "Proposing regions failed; photo (0).png: Out of memory. (more in logs/worker-gpu.log)"
    assert again == (
        "Proposing regions found none in 1 photographs; take some with more on them: a region has at least 1024 pixels."
    )


def test_a_model_that_can_judge_nothing(refusal: Refusal) -> None:
    make_version()

    assert refusal.of(Pretended("model")) == "The model judged no photograph; photo (0).png: Out of memory."
    assert refusal.of(Pretended("votes")).startswith("Voting")


def test_a_server_that_is_away_while_people_vote(refusal: Refusal) -> None:
    said = refusal.of(Pretended("votes"))

    assert said == f"Voting at {AWAY} failed: [Errno 111] Connection refused"


def test_a_server_that_refuses(refusal: Refusal, server: Receiver) -> None:
    server.answers = [403]

    address = server.address(path="")
    assert refusal.of(Pretended("votes", address)) == f"Voting at {address} failed: HTTP 403: "


def test_people_who_are_not_given_all_regions(refusal: Refusal, server: Receiver) -> None:
    assert refusal.of(Pretended("votes", server.address(path=""))) == (
        "Voting ended with 7 votes missing; Demonstration: photos must be open and its simulated annotators active. "
        "Then run the demonstration again to go on."
    )


def test_a_training_that_fails_is_tried_again_by_the_next_run(refusal: Refusal, server: Receiver) -> None:
    make_version()
    platform = Pretended("training", server.address(path=""))

    first = refusal.of(platform)
    started = TrainingRun.objects.get().started_at
    again = refusal.of(platform)

    assert first == again == "The training run ended as failed: The disk is full."
    assert TrainingRun.objects.get().started_at > started


def test_an_export_that_fails(refusal: Refusal, server: Receiver) -> None:
    said = refusal.of(Pretended("export", server.address(path="")))

    assert said == f"Exporting {ExportFormat.values[0]} ended as failed: The disk is full."


def test_labels_that_do_not_follow_from_the_votes(refusal: Refusal, server: Receiver) -> None:
    said = refusal.of(Pretended("verification", server.address(path="")))
    region = Region.objects.get()

    replayed = "[0, 0, 0, 7, 0] level 3"
    assert said.splitlines() == [
        "The labels do not follow from the votes:",
        "demo-photos: screening and recovery of 7 annotators verified",
        f"demo-photos: region {region.pk}, quality: stored [7, 0, 0, 0, 0] level 3, by SQL {replayed}, by Python {replayed}.",
        "demo-photos: 1 differences",
        "1 differences.",
    ]


def test_scores_without_photographs(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("demo", "--once", scores=tmp_path / "mos.csv")

    assert str(caught.value) == "SCORES belong to photographs of your own: say IMAGES=DIR, too."
