"""What ends a demonstration although nothing broke: a step that came to nothing. Each message says what would be right."""

from annotation.enums import ImportVerdict
from annotation.exchange.photographs import MEDIA_TYPES
from annotation.models import Assignment, Image, Import, Region, Study
from webapp.demo.steps import DemoError


def refuse_no_image(job: Import) -> None:
    if job.files.exclude(verdict=ImportVerdict.REFUSED).exists():
        return
    first = job.files.exclude(path__startswith="score of ").order_by("pk").first()
    why = f"the first, {first.path}: {first.message}" if first else "there is no file."
    raise DemoError(f"Importing photographs: {job.source} must hold some ({', '.join(MEDIA_TYPES)}); {why}")


def refuse_no_score(job: Import) -> None:
    """Of scores that were given, one at least must be a photograph's."""
    if not job.scores or job.study.images.exclude(outside_mos=None).exists():
        return
    raise DemoError(
        f"Importing photographs: no line of SCORES={job.scores} names one; write file names, or paths below "
        f"{job.source}, for example {job.study.images.order_by('name').values_list('name', flat=True)[0]}."
    )


def refuse_no_region(study: Study) -> None:
    if Region.objects.accepted().filter(study=study).exists():
        return
    images = Image.objects.filter(study=study)
    failed = images.exclude(proposal_error="").order_by("pk").first()
    if failed is not None:
        raise DemoError(
            f"Proposing regions failed; {failed.name}: {failed.proposal_error} (more in logs/worker-gpu.log)"
        )
    raise DemoError(
        f"Proposing regions found none in {images.count()} photographs; take some with more on them: "
        f"a region has at least {study.min_region_area} pixels."
    )


def refuse_silent_model(study: Study) -> None:
    """One photograph may be too much for it, all of them may not."""
    images = Image.objects.filter(study=study)
    failed = images.exclude(prelabel_error="").order_by("pk").first()
    if failed is not None and not images.filter(prelabel_error="").exists():
        raise DemoError(f"The model judged no photograph; {failed.name}: {failed.prelabel_error}")


def refuse_open_seats(study: Study) -> None:
    left = Assignment.objects.open().filter(study=study).count()
    if left:
        raise DemoError(
            f"Voting ended with {left} votes missing; {study.name} must be open and its simulated annotators active. "
            "Then run the demonstration again to go on."
        )
