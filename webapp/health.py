"""Is the process alive, and is everything there that it needs? Names and reasons only: anybody may ask."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from annotation.models import Heartbeat
from annotation.queries.presence import BEAT, seen
from annotation.store_errors import StoreAwayError
from webapp.embedded.locations import postgres_data
from webapp.embedded.redis import is_new_enough

if TYPE_CHECKING:
    from annotation.object_store import ObjectStore

BEAT_AT_MOST = timedelta(seconds=60)
LEAST_FREE_BYTES = 2 * 2**30
"""However large the disk is: a share of it would turn away votes for which there is room."""


class FailedError(Exception):
    """A check's reason, fit for strangers."""


class Check(TypedDict):
    ok: bool
    reason: str


class Presence(TypedDict):
    ok: bool
    seen_at: datetime | None


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    checks = {name: run(check) for name, check in CHECKS.items()}
    ready = all(check["ok"] for check in checks.values())
    body = {"status": "ok" if ready else "failed", "checks": checks, "workers": workers()}
    return JsonResponse(body, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


def run(check: Callable[[], None]) -> Check:
    try:
        check()
    except FailedError as failure:
        return {"ok": False, "reason": str(failure)}
    except DatabaseError:
        return {"ok": False, "reason": "the database does not answer"}
    return {"ok": True, "reason": ""}


def workers() -> dict[str, Presence]:
    """Each queue's, as the clock found them. The web is ready without them: what they do waits for them, and is not lost."""
    try:
        return {one.name: {"ok": one.here, "seen_at": one.seen_at} for one in seen() if one.name != BEAT}
    except DatabaseError:
        return {}


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations() -> None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise FailedError(f"{len(waiting)} migrations are not applied")


def broker() -> None:
    """Pings the Redis that carries the doorbell. One too old answers, and Celery's workers fail on it again and again."""
    from redis import Redis  # slow import
    from redis.exceptions import NoPermissionError, RedisError

    url = settings.BROKER_URL.replace("redis+socket://", "unix://")
    try:
        client = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        with client:
            client.ping()
            version = client.info("server").get("redis_version", "")
    except NoPermissionError:  # it answers, and does not let this user ask how old it is
        return
    except (RedisError, OSError, ValueError) as error:
        raise FailedError("the broker does not answer") from error
    if version and not is_new_enough(version):
        raise FailedError(f"the broker is Redis {version}, which is too old")


def beat() -> None:
    """By the database's clock: those of the worker's machine and of this one may differ."""
    ages = Heartbeat.objects.filter(name="beat").values_list(Now() - F("beat_at"), flat=True)
    if not ages:
        raise FailedError("beat has never ticked")
    [age] = ages
    if age > BEAT_AT_MOST:
        raise FailedError(f"the last beat is {age.total_seconds():.0f} s old")


def disk() -> None:
    """The data folder's, and those of its parts that may lie on another."""
    for what, folder in _folders().items():
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            raise FailedError(f"the folder of {what} is not there") from error
        if free < LEAST_FREE_BYTES:
            raise FailedError(f"{free / 2**30:.1f} GiB free for {what}; {LEAST_FREE_BYTES / 2**30:.0f} GiB are needed")


def _folders() -> dict[str, Path]:
    """What is not there yet, as before the first photograph, comes to lie in the data folder."""
    parts = {}
    if not settings.FILES_URL:
        parts["photographs and exports"] = settings.DATA_DIR / "files"
    if not settings.DATABASE_URL:
        parts["the database"] = postgres_data(settings.DATA_DIR)
    return {"the data": settings.DATA_DIR} | {what: folder for what, folder in parts.items() if folder.exists()}


def files() -> None:
    """The bucket, where photographs and exports are in one."""
    if settings.FILES_URL:
        try:
            cast("ObjectStore", default_storage).check()
        except StoreAwayError as error:
            raise FailedError("the store of files is away, or refuses us") from error


CHECKS: dict[str, Callable[[], None]] = {
    "database": database,
    "migrations": migrations,
    "broker": broker,
    "beat": beat,
    "disk": disk,
    "files": files,
}
