"""Can the time of an answer tell a hidden repeat, or hidden gold, from ordinary work? Over HTTP, by a program that is a rater.

    python -m benchmarks.disguise [--votes 3000] [--regions 3261] [--people 12]

One request at a time against the product's web server with one process, on the machine that asks: no network hides anything.
For each purpose the share of pairs (one answer of that purpose, one ordinary) in which the hidden one took longer: 0.5 is
chance, for any classifier that goes by time. Each is compared with the ordinary ones of the thirty answers before and after it,
as the machine may be busier at one time than at another. With a 95 % interval, by drawing the answers again.
"""

import argparse
import http.client
import json
import os
import time
import uuid
from typing import TYPE_CHECKING, Any

from benchmarks.scratch import percentiles, scratch_database
from benchmarks.web_server import web_server

if TYPE_CHECKING:
    from annotation.models import Study, User

DRAWS, AROUND = 1000, 30
OPINION = dict.fromkeys(("exposure", "noise", "blur", "contrast", "colorfulness", "compression"), 4) | {
    "quality": 2,
    "importance": 2,
}
FACTS = {"duration_ms": 9000, "device_pixel_ratio": 1.0, "client": "gullery-benchmark/1"}
Took = tuple[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--votes", type=int, default=3000)
    parser.add_argument("--regions", type=int, default=3261)
    parser.add_argument("--people", type=int, default=12)
    options = parser.parse_args()
    os.environ["GULLERY_ALLOWED_HOSTS"] = "127.0.0.1"
    os.environ["GULLERY_THROTTLE_USER"] = "1000000/min"
    with scratch_database() as data:
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        study, people = prepare(options.regions, options.people)
        with web_server(data) as port:
            asking, voting = rate_all(study, people, options.votes, port)
    print(json.dumps({"next": compared(asking), "submit": compared(voting)}, indent=1))


def prepare(regions: int, people: int) -> "tuple[Study, list[tuple[User, str]]]":
    """Four times as many hidden checks as usual, so that there is something to compare."""
    from annotation.actions.studies import create_study
    from annotation.models import Protocol, User
    from benchmarks.next_latency import fill, set_rules
    from webapp.demo.logins import make_annotators

    study = create_study(by=User.objects.create(username="manager"), name="Disguise", slug="disguise", seed=1)
    fill(study.pk, regions, 0.0, [])
    raters = make_annotators(study, people)
    set_rules(study, [user for user, _ in raters])
    Protocol.objects.filter(study=study).update(gold_every=6, repeat_share=0.2, repeat_gap=20, warm_up=0)
    return study, raters


def rate_all(study: "Study", raters: "list[tuple[User, str]]", votes: int, port: int) -> tuple[list[Took], list[Took]]:
    """Of each question for a seat and of each vote: seconds, and what the seat was for."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    asking, voting = [], []
    for number in range(votes + len(raters)):
        _, token = raters[number % len(raters)]
        asked, seat = post(line, token, f"studies/{study.slug}/assignments", {"holding": []})
        if not seat["assignment"]:
            break
        vote = {"lease": seat["assignment"]["lease"], "idempotency_key": str(uuid.uuid4())}
        cast, _ = post(line, token, "votes", vote | {"opinion": OPINION, "facts": FACTS})
        purpose = purpose_of(seat["assignment"]["id"])
        asking.append((purpose, asked))
        voting.append((purpose, cast))
    return asking[len(raters) :], voting[len(raters) :]  # the first round warms everything up


def purpose_of(number: int) -> str:
    """From the rows; nothing that was answered says it."""
    from annotation.actions.seat_numbers import pk_of
    from annotation.models import Assignment

    return Assignment.objects.values_list("purpose", flat=True).get(pk=pk_of(number))


def post(line: http.client.HTTPConnection, token: str, path: str, body: dict[str, object]) -> tuple[float, Any]:
    heads = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    text = json.dumps(body)
    start = time.perf_counter()
    line.request("POST", f"/api/v1/{path}", text, heads)
    answer = line.getresponse()
    said = answer.read()
    took = time.perf_counter() - start
    if answer.status >= 300:
        raise SystemExit(f"{path} answered {answer.status}: {said[:300].decode(errors='replace')}")
    return took, json.loads(said)


def compared(took: list[Took]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for purpose in sorted({purpose for purpose, _ in took}):
        seconds = [time for kind, time in took if kind == purpose]
        found[purpose] = {"answers": len(seconds), **percentiles(seconds)}
        if purpose != "label":
            found[purpose]["longer_than_ordinary"] = longer(took, purpose)
    return found


def longer(took: list[Took], purpose: str) -> dict[str, float]:
    """The area under the curve of a classifier by time alone; each answer against the ordinary ones around it."""
    import numpy as np

    shares = []
    for place, (kind, seconds) in enumerate(took):
        around = [other for was, other in took[max(0, place - AROUND) : place + AROUND + 1] if was == "label"]
        if kind == purpose and around:
            shares.append(np.mean([(seconds > other) + 0.5 * (seconds == other) for other in around]))
    chance = np.random.default_rng(1)
    drawn = [np.mean(chance.choice(shares, len(shares))) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"share": round(float(np.mean(shares)), 3), "low": round(float(low), 3), "high": round(float(high), 3)}


if __name__ == "__main__":
    main()
