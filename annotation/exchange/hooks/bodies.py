"""What a delivery says: which event, of which study, when, where the API has more. No votes, no people, no model's numbers."""

import json
from collections.abc import Sequence
from datetime import datetime

from annotation.enums import HookEvent

API = "/api/v1"


def body_of(*, event: HookEvent, slug: str, at: datetime, facts: dict[str, object]) -> str:
    """As it is sent. `url` is a path at the platform's own address."""
    said = {"event": event.value, "study": slug, "at": at.isoformat(), "url": f"{API}/studies/{slug}"}
    return json.dumps(said | facts, ensure_ascii=False)


def regions_settled(slug: str, regions: Sequence[int]) -> dict[str, object]:
    return {"url": f"{API}/studies/{slug}/labels", "regions": list(regions)}


def study_finished(slug: str) -> dict[str, object]:
    return {"url": f"{API}/studies/{slug}/progress"}


def snapshot_taken(slug: str, snapshot: int, sha256: str) -> dict[str, object]:
    return {"url": f"{API}/studies/{slug}/snapshots", "snapshot": snapshot, "sha256": sha256}


def export_finished(export: int, status: str, of_format: str) -> dict[str, object]:
    return {"url": f"{API}/exports/{export}", "export": export, "status": status, "format": of_format}


def import_finished(job: int, status: str) -> dict[str, object]:
    return {"url": f"{API}/imports/{job}", "import": job, "status": status}


def training_decided(run: int, decision: str) -> dict[str, object]:
    return {"url": f"{API}/training-runs/{run}", "training_run": run, "decision": decision}


def alarm_raised(slug: str, scale: str, part: str) -> dict[str, object]:
    """`page` is for people; the API has no curve."""
    return {"page": f"/studies/{slug}/models/honesty", "scale": scale, "part": part}
