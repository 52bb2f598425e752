"""24 (or 100, ...) annotators without think time over HTTP: latency of next and submit, server CPU per vote, exactness.

    python -m benchmarks.votes [--annotators 24] [--regions 3261] [--votes 7] [--most-votes 0] [--think-seconds 0] [--protocol]

The whole platform runs as `manage.py up` starts it, on a scratch data folder; GULLERY_WEB_PROCESSES and GULLERY_WEB_THREADS
count here too. CPU is that of the web server and the database with all their children, read from /proc before and after;
`web_shares` is how the web processes divided theirs (kept-alive connections stay where they were accepted), `machine_s` what
all cores did meanwhile. It begins once the machine is `at_rest`, since workers load their libraries first.
With --protocol the study has one as the forms offer it. Afterwards every vote is audited.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.crowd import Line, Tally, rate, visit
from benchmarks.scratch import percentiles

TICKS = os.sysconf("SC_CLK_TCK")
OPINIONS = 60
"""Of each person, said over and over."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--annotators", type=int, default=24)
    parser.add_argument("--regions", type=int, default=3261)
    parser.add_argument("--votes", type=int, default=7)
    parser.add_argument("--think-seconds", type=float, default=0.0)
    parser.add_argument("--most-votes", type=int, default=0, help="stop after so many; 0 goes to the end")
    parser.add_argument("--protocol", action="store_true", help="a study with sittings, hidden repeats and gold")
    options = parser.parse_args()
    data = Path(tempfile.mkdtemp(prefix="gullery-benchmark-"))
    data.chmod(0o711)
    os.environ["GULLERY_DATA"] = str(data)
    os.environ["GULLERY_THROTTLE_USER"] = "1000000/min"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    import django

    django.setup()
    from webapp.supervisor.plan import whole_platform
    from webapp.supervisor.running import running_platform

    try:
        with running_platform(whole_platform, data, listener=lambda event: None) as platform:
            print(json.dumps(measure(platform, options)))
    finally:
        shutil.rmtree(data, ignore_errors=True)


def measure(platform: Any, options: argparse.Namespace) -> dict[str, object]:
    study, people = prepare(options)
    at_rest = wait_for_rest()
    servers = {name: platform.pids()[name] for name in ("web", "database") if name in platform.pids()}
    before = {name: cpu_of(pid) for name, pid in servers.items()}
    shares = {pid: cpu_of(pid) for pid in children_of(servers["web"])}
    machine = cpu_of_machine()
    started, own = time.monotonic(), time.process_time()
    tally = drive(platform, study, people, options)
    seconds, own = time.monotonic() - started, time.process_time() - own
    machine = {name: value - machine[name] for name, value in cpu_of_machine().items()}
    spent = {name: cpu_of(pid) - before[name] for name, pid in servers.items()}
    shares = {pid: cpu_of(pid) - earlier for pid, earlier in shares.items()}
    votes = tally.votes
    return {
        "annotators": options.annotators,
        "regions": options.regions,
        "votes": votes,
        "seconds": round(seconds, 1),
        "votes_per_s": round(votes / seconds, 1),
        "next_ms": percentiles(tally.seconds["next"]),
        "submit_ms": percentiles(tally.seconds["submit"]),
        "cpu_ms_per_vote": {name: round(1000 * value / votes, 2) for name, value in spent.items()}
        | {"sum": round(1000 * sum(spent.values()) / votes, 2), "client": round(1000 * own / votes, 2)},
        "at_rest": at_rest,
        "machine_s": {name: round(value, 1) for name, value in machine.items()},
        "web_shares": sorted(round(one / sum(shares.values()), 2) for one in shares.values()),
        "audit": audit(study, votes, complete=not options.most_votes),
    }


def prepare(options: argparse.Namespace) -> tuple[Any, list[tuple[Any, str]]]:
    from annotation.actions.studies import create_study
    from annotation.models import User
    from benchmarks.next_latency import fill, set_rules
    from webapp.demo.logins import make_annotators

    manager = User.objects.create(username="manager")
    study = create_study(by=manager, name="Benchmark", slug="benchmark", seed=1, votes_wanted=options.votes)
    fill(study.pk, options.regions, 0.0, [])
    people = make_annotators(study, options.annotators)
    if options.protocol:
        set_rules(study, [user for user, _ in people])
    return study, people


def drive(platform: Any, study: Any, people: list[tuple[Any, str]], options: argparse.Namespace) -> Tally:
    from webapp.demo.people import make_person, opine

    truth = {"quality": 2.2, "importance": 1.9} | dict.fromkeys(
        ("exposure", "noise", "blur", "contrast", "colorfulness", "compression"), 4.4
    )
    tally = Tally(options.most_votes)
    lines = []
    for number, (user, token) in enumerate(people):
        person = make_person(user.username, 1)
        opinions = [opine(person, truth, region) for region in range(OPINIONS)]
        lines.append(Line(platform.address, token, visit(study.slug, opinions, options.think_seconds, tally, number)))
    rate(lines, tally, platform.check)
    return tally


def wait_for_rest(share: float = 0.1, most_seconds: float = 60) -> bool:
    """Until the cores have been idle for two seconds; whether they were."""
    end = time.monotonic() + most_seconds
    while time.monotonic() < end:
        before = cpu_of_machine()
        time.sleep(2)
        after = cpu_of_machine()
        if after["busy"] - before["busy"] < share * 2:
            return True
    return False


def cpu_of_machine() -> dict[str, float]:
    """Seconds of all cores since the machine's start: at work, idle, waiting for the disk, taken by other machines."""
    user, nice, system, idle, waiting, hard, soft, stolen = (
        int(value) / TICKS for value in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return {"busy": user + nice + system + hard + soft, "idle": idle, "disk": waiting, "stolen": stolen}


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_of(pid: int) -> float:
    """CPU seconds of a process and all its descendants, the ended ones included."""
    parents: dict[int, list[int]] = {}
    times: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:  # it ended meanwhile
            continue
        fields = text.rpartition(")")[2].split()
        child = int(stat.parent.name)
        parents.setdefault(int(fields[1]), []).append(child)
        times[child] = sum(int(value) for value in fields[11:15]) / TICKS
    total, waiting = 0.0, [pid]
    while waiting:
        current = waiting.pop()
        total += times.get(current, 0.0)
        waiting += parents.get(current, [])
    return total


def audit(study: Any, votes: int, *, complete: bool) -> dict[str, object]:
    """What the database says: nothing over quota, nothing lost, nothing twice."""
    from django.db.models import Count

    from annotation.models import Vote

    live = Vote.objects.live().filter(study=study)
    per_region = list(live.values("region").annotate(votes=Count("pk")).values_list("votes", flat=True))
    stored = Vote.objects.filter(study=study, retracted_at=None)
    pairs = stored.filter(purpose="label")  # a hidden repeat is the same pair again
    return {
        "stored": stored.count(),
        "lost": votes - stored.count(),
        "over_quota": sum(count > study.votes_wanted for count in per_region),
        "short": sum(count < study.votes_wanted for count in per_region) if complete else None,
        "pairs_twice": pairs.count() - pairs.values("region", "annotator").distinct().count(),
        "surplus": pairs.filter(surplus=True).count(),
    }


if __name__ == "__main__":
    main()
