"""What imports and exports have in common on the way out."""

from datetime import datetime
from typing import TypedDict

from annotation.enums import JobStatus
from annotation.models import Job


class JobShape(TypedDict):
    id: int
    status: JobStatus
    done: int
    total: int
    percent: int
    error: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def job_shape(job: Job) -> JobShape:
    return {
        "id": job.pk,
        "status": JobStatus(job.status),
        "done": job.done,
        "total": job.total,
        "percent": job.percent,
        "error": job.error,
        "requested_at": job.requested_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }
