"""The demonstration from top to bottom."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command

from annotation.enums import Role
from annotation.models import Study, User
from annotation.queries.progress import progress_of
from webapp.demo import logins, steps
from webapp.demo.recovery import recovery
from webapp.demo.tryout import open_tryout
from webapp.supervisor.running import Platform


def run_demo(platform: Platform, *, slug: str, given: steps.Photographs | None) -> dict[str, Any]:
    """Everything up to the exports, with one's own photographs if they are `given`; the report for the summary.

    Raises DemoError naming the step that failed.
    """
    seconds: dict[str, float] = {}
    manager, _ = User.objects.get_or_create(username="manager", defaults={"is_staff": True})
    with _timed(seconds, "photographs"):
        photographs = given or steps.sample_photographs(platform.check)
    study = steps.open_study(slug, manager)
    passwords = logins.make_logins(study)
    with _timed(seconds, "import"):
        job = steps.import_photographs(study, photographs, manager, platform.check)
        if (little := open_tryout(study, manager)) is not None:
            steps.follow_import(little, platform.check)
    with _timed(seconds, "proposals"):
        steps.propose_regions(platform.check)
    truths = steps.hidden_truth(study, photographs)
    people = logins.make_annotators(study)
    with _timed(seconds, "votes"):
        tally = steps.rate(study, platform.address, people, truths, platform.check)
    with _timed(seconds, "exports"):
        exports = steps.export_all(study, manager, platform.check)
    with _timed(seconds, "verification"):
        _verify(study)
    return {
        "study": slug,
        "address": platform.address,
        "files": dict(Counter(job.files.values_list("verdict", flat=True))),
        **_counts(study),
        "votes_this_run": tally.votes,
        "recovery": recovery(study, truths),
        "exports": {job.format: job.file.path for job in exports},
        "snapshot": exports[0].snapshot.sha256 if exports[0].snapshot else None,
        "logins": passwords,
        "seconds": seconds,
    }


def _counts(study: Study) -> dict[str, int]:
    progress = progress_of(study)
    simulated = study.memberships.filter(role=Role.ANNOTATOR, user__username__startswith="simulated")
    return {
        "images": progress.images,
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
        raise steps.DemoError(f"The labels do not follow from the votes: {output.getvalue()} {error}") from error
    left = study.assignments.filter(vote=None).count()
    if left:
        raise steps.DemoError(f"{left} seats are still open.")
