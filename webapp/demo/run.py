"""The demonstration from top to bottom."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command

from annotation.enums import Role
from annotation.models import Export, Study, User
from annotation.queries.progress import progress_of
from webapp.demo import logins, steps
from webapp.demo.loop import await_prelabels, close_the_loop, prepare_loop
from webapp.demo.recovery import recovery
from webapp.demo.refusals import (
    refuse_no_image,
    refuse_no_region,
    refuse_no_score,
    refuse_open_seats,
    refuse_silent_model,
)
from webapp.demo.studies import open_study
from webapp.demo.tryout import open_tryout
from webapp.supervisor.running import Platform


def run_demo(platform: Platform, *, slug: str | None, given: steps.Photographs | None) -> dict[str, Any]:
    """Everything up to the exports, with one's own photographs if they are `given`; the report for the summary.

    Raises DemoError naming the step that failed.
    """
    seconds: dict[str, float] = {}
    manager, _ = User.objects.get_or_create(username="manager", defaults={"is_staff": True})
    photographs = _photographs(platform, given, seconds)
    study = open_study(slug, photographs, manager)
    passwords = logins.make_logins(study)
    files = _regions(platform, study, photographs, manager, seconds)
    version = prepare_loop(study)
    with _timed(seconds, "prelabels"):
        judged = await_prelabels(study, platform.check) if version else 0
        refuse_silent_model(study)
    truths = steps.hidden_truth(study, photographs)
    people = logins.make_annotators(study)
    with _timed(seconds, "votes"):
        tally = steps.rate(study, platform.address, people, truths, platform.check)
        refuse_open_seats(study)
    with _timed(seconds, "training"):
        loop = close_the_loop(study, truths, platform.check) if version else None
    with _timed(seconds, "exports"):
        exports = steps.export_all(study, manager, platform.check)
    with _timed(seconds, "verification"):
        _verify(study)
    return {
        "study": study.slug,
        "address": platform.address,
        "files": files,
        **_counts(study),
        "votes_this_run": tally.votes,
        "recovery": recovery(study, truths),
        "model": {"version": version.name if version else None, "judged_images": judged, "loop": loop},
        "exports": {job.format: _place_of(job) for job in exports},
        "snapshot": exports[0].snapshot.sha256 if exports[0].snapshot else None,
        "logins": passwords,
        "seconds": seconds,
    }


def _place_of(job: Export) -> str:
    """A path, or the name in a store that is elsewhere."""
    try:
        return job.file.path
    except NotImplementedError:
        return job.file.name or ""


def _photographs(platform: Platform, given: steps.Photographs | None, seconds: dict[str, float]) -> steps.Photographs:
    with _timed(seconds, "photographs"):
        return given or steps.sample_photographs(platform.check)


def _regions(
    platform: Platform, study: Study, photographs: steps.Photographs, manager: User, seconds: dict[str, float]
) -> dict[str, int]:
    """Photographs become images with regions; how many files got which verdict."""
    with _timed(seconds, "import"):
        job = steps.import_photographs(study, photographs, manager, platform.check)
        refuse_no_image(job)
        refuse_no_score(job)
        if (little := open_tryout(study, manager)) is not None:
            steps.follow_import(little, platform.check)
    with _timed(seconds, "proposals"):
        steps.propose_regions(study, manager, platform.check)
        refuse_no_region(study)
    return dict(Counter(job.files.values_list("verdict", flat=True)))


def _counts(study: Study) -> dict[str, int]:
    progress = progress_of(study)
    simulated = study.memberships.filter(role=Role.ANNOTATOR, user__username__startswith="simulated")
    return {
        "images": progress.images,
        "failed_images": study.images.exclude(proposal_error="").count(),
        "regions": progress.regions,
        "candidates": progress.candidates,
        "annotators": simulated.count(),
        "votes": progress.votes,
        "surplus": progress.surplus,
        "settled": progress.settled,
    }


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    seconds[name] = round(time.monotonic() - started, 1)


def _verify(study: Study) -> None:
    """Replays every label from its votes and checks that none is open."""
    output = StringIO()
    try:
        call_command("verify_labels", study.slug, stdout=output)
    except (CommandError, SystemExit) as error:
        raise steps.DemoError(f"The labels do not follow from the votes:\n{output.getvalue()}{error}") from error
    refuse_open_seats(study)
