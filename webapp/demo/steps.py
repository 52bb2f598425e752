"""The steps of the demonstration, in order. Each finds what an earlier run has done, so a stopped demo goes on."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Never

from django.conf import settings
from django.db.models import Max, Min
from tqdm import tqdm

from annotation.actions.exports import request_export
from annotation.actions.imports import request_import
from annotation.actions.proposals import retry_proposal
from annotation.actions.seat_numbers import pk_of
from annotation.enums import ExportFormat, JobStatus
from annotation.models import Assignment, Export, Image, Import, Job, Region, Study, User
from webapp import doorbell
from webapp.demo.client import ApiClient, ApiError
from webapp.demo.people import make_person
from webapp.demo.raters import Session, Tally, rate_everything
from webapp.demo.truth import ImageTruth, Truth, invent, read_manifest, truths_of

SEED = 5
"""Draws the hold-out, too: with this one it is like the rest, neither easier nor harder for the model at the start."""
GUIDELINES = (Path(__file__).parent / "guidelines.md").read_text()
MANIFEST = "manifest.csv"
VARIANTS = 12
"""Of each sample photograph: enough images that a fifth of them can judge a model, which many regions of few cannot."""

SAME_EVERYWHERE = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}
"""numpy rounds otherwise on newer processors: other bytes, other hashes, another hold-out."""

Check = Callable[[], None]
"""Raises when the platform has failed meanwhile."""


class DemoError(RuntimeError):
    """A step failed; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Photographs:
    source: Path
    """A folder, or a CSV that lists them."""
    scores: Path | None
    truths: Mapping[str, ImageTruth] | None
    """By path, when it is known what was done to them."""


def sample_photographs(check: Check) -> Photographs:
    """Real photographs out of an installed package, as they are and distorted by known amounts."""
    folder = Path(settings.DATA_DIR) / "demo-photographs"
    manifest = folder / MANIFEST
    if not manifest.exists():
        command = [sys.executable, "-m", "ml.synthesis.samples", str(folder), "--variants", str(VARIANTS)]
        around = os.environ | SAME_EVERYWHERE
        if subprocess.run(command, cwd=settings.BASE_DIR, env=around, stdout=sys.stderr, check=False).returncode:
            raise DemoError("The sample photographs could not be written; see above.")
    check()
    return Photographs(manifest, None, read_manifest(manifest))


def own_photographs(folder: Path, scores: Path | None) -> Photographs:
    if not folder.is_dir():
        raise DemoError(f"IMAGES={folder} is not a folder.")
    if scores is not None and not scores.is_file():
        raise DemoError(f"SCORES={scores} is not a file.")
    return Photographs(folder, scores, None)


def import_photographs(study: Study, photographs: Photographs, by: User, check: Check) -> Import:
    """Through the workers, as an upload would go."""
    scores = str(photographs.scores) if photographs.scores else ""
    return follow_import(request_import(study=study, source=str(photographs.source), by=by, scores=scores), check)


def follow_import(job: Import, check: Check) -> Import:
    doorbell.ring_imports()
    _watch(job, "importing photographs", "image", check)
    return job


def propose_regions(study: Study, by: User, check: Check) -> None:
    """What failed in an earlier run is tried again."""
    for image in Image.objects.filter(study=study, proposed_at=None).exclude(proposal_error=""):
        retry_proposal(image=image, by=by)
    doorbell.ring_proposals()
    waiting = Image.objects.awaiting_proposals()
    total = waiting.count()
    with bar(total, "proposing regions", "image") as shown:
        while left := waiting.count():
            check()
            shown.update(total - left - shown.n)
            time.sleep(0.3)
        shown.update(total - shown.n)


def hidden_truth(study: Study, photographs: Photographs) -> dict[int, Truth]:
    """By region id."""
    images = list(Image.objects.filter(study=study))
    bounds = Image.objects.filter(study=study).aggregate(low=Min("outside_mos"), high=Max("outside_mos"))
    low, high = bounds["low"] or 0.0, bounds["high"] or 0.0
    known = photographs.truths or {}
    by_image = {image.pk: known.get(image.name) or invent(image, study.seed, low, high) for image in images}
    regions = Region.objects.accepted().filter(study=study).select_related("image")
    return truths_of(by_image, list(regions), study.seed)


def rate(
    study: Study, address: str, people: list[tuple[User, str]], truths: Mapping[int, Truth], check: Check
) -> Tally:
    """24 people at once over HTTP until every region has its votes."""
    region_of = dict(Assignment.objects.filter(study=study).values_list("pk", "region_id"))

    def region(number: int) -> int:  # a tie asks for a seat that was not there at the start
        seat = pk_of(number)
        return region_of.get(seat) or int(Assignment.objects.values_list("region_id", flat=True).get(pk=seat))

    sessions = [
        Session(make_person(user.username, study.seed), ApiClient(address, token), study.slug, region, truths)
        for user, token in people
    ]
    left = Assignment.objects.open().filter(study=study).count()
    with bar(left, f"{len(people)} annotators voting", "vote") as shown:
        try:
            return rate_everything(sessions, shown.update, check)
        except (ApiError, OSError) as error:
            raise DemoError(f"Voting at {address} failed: {error}") from error


def export_all(study: Study, by: User, check: Check) -> list[Export]:
    jobs = [_export(study, name, by) for name in ExportFormat.values]
    doorbell.ring_exports()
    for job in jobs:
        _watch(job, f"exporting {job.format}", "row", check)
    return jobs


def _export(study: Study, name: str, by: User) -> Export:
    """One that a stopped demonstration left on its way, or a new one."""
    under_way = Export.objects.filter(study=study, format=name, status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
    return under_way.first() or request_export(study=study, format=name, by=by)


def _watch(job: Job, words: str, unit: str, check: Check) -> None:
    """A bar that follows a job to its end. Raises DemoError when the job does not end well."""
    with bar(None, words, unit) as shown:
        while not job.ended:
            time.sleep(0.2)
            check()
            job.refresh_from_db()
            shown.total = job.total or None
            shown.update(job.done - shown.n)
    if job.status != JobStatus.DONE:
        raise DemoError(f"{words.capitalize()} ended as {job.status}: {job.error or 'no reason was given'}")


def bar(total: int | None, words: str, unit: str) -> "tqdm[Never]":
    return tqdm(total=total, desc=f"{words:28}", unit=f" {unit}", mininterval=0.2, dynamic_ncols=True)
