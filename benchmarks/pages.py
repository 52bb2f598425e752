"""How long the manager's pages take on the standard study: 3,261 regions, 24 annotators, 22,827 votes.

    python -m benchmarks.pages [--regions 3261] [--rounds 30]

Through Django's client in one process, so without the network and the web server; median of the rounds, queries counted.
`first_ms` is the CPU time of the first request: pages about labels work out their statistics then, and keep them while the
votes stay the same.
"""

import argparse
import json
import statistics
import time
from typing import Any

from benchmarks.next_latency import fill
from benchmarks.scratch import scratch_database


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, default=3261)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with scratch_database() as data:
        (data / "static").mkdir()
        for regions in (options.regions // 10, options.regions):
            for line in measure(regions, options.rounds):
                print(json.dumps(line), flush=True)


def measure(regions: int, rounds: int) -> list[dict[str, object]]:
    from django.conf import settings
    from django.test import Client

    from annotation.actions.labels import refresh_label
    from annotation.actions.studies import create_study
    from annotation.models import Region, User
    from webapp.demo.logins import make_annotators

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ALLOWED_HOSTS = ["testserver"]
    manager, _ = User.objects.get_or_create(username="manager")
    study = create_study(by=manager, name="Pages", slug=f"pages-{regions}", seed=1)
    people = [user.pk for user, _ in make_annotators(study)]
    fill(study.pk, regions, 6.99, people)
    for region in Region.objects.filter(study=study).select_related("study"):
        refresh_label(region=region)
    client = Client()
    client.force_login(manager)
    labels = ("agreement", "annotators", "drift", "second-opinion", "disputes", "planner", "report")
    paths = ["", "/progress", "/images", "/people", "/downloads", *(f"/labels/{page}" for page in labels)]
    return [timed(client, f"/studies/{study.slug}{path}", rounds) | {"regions": regions} for path in paths]


def timed(client: Any, path: str, rounds: int) -> dict[str, object]:
    from django.db import connection

    queries = []

    def count(execute: Any, *args: Any) -> Any:
        queries.append(args[0])
        return execute(*args)

    start = time.process_time()
    with connection.execute_wrapper(count):
        answer = client.get(path)
    first = time.process_time() - start
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        client.get(path)
        seconds.append(time.perf_counter() - start)
    ordered = sorted(seconds)
    return {
        "path": path,
        "queries": len(queries),
        "first_ms": round(1000 * first, 1),
        "median_ms": round(1000 * statistics.median(ordered), 1),
        "p95_ms": round(1000 * ordered[len(ordered) * 95 // 100], 1),
    }


if __name__ == "__main__":
    main()
