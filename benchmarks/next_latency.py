"""How long does `lease_next` take as a study grows? Fresh, with half of the first votes in, and three and a half layers in.

    python -m benchmarks.next_latency [--regions 500 3261 20000 100000 1000000] [--draws 400] [--turns] [--protocol]
                                      [--stages "fresh" "half a layer" "three layers"]

With --turns every region has a prelabel and turns are dealt every 25 draws, as a worker would between people's requests.
With --protocol the study has one as the forms offer it, forty regions of hidden gold, and a passed viewing check of everybody;
what each lease was for is timed apart.

24 annotators take turns in one process, a first round of all uncounted, and so do the sizes, ten times, since the machine's
speed changes within minutes. Votes in between are written straight to the seats by SQL, so that only the statement under test
is timed. Server: the embedded PostgreSQL with its durable settings.
"""

import argparse
import json
import time
from typing import TYPE_CHECKING, Any

from benchmarks.scratch import percentiles, scratch_database

if TYPE_CHECKING:
    from annotation.models import Study, User

SEATS = 7
PEOPLE = 24
DEAL_EVERY = 25
ROUNDS = 10
GOLD = 40
STAGES = {"fresh": 0.0, "half a layer": 0.5, "three layers": 3.5}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, nargs="+", default=[500, 3261, 20_000, 100_000, 1_000_000])
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--turns", action="store_true", help="deal turns by a model while people draw")
    parser.add_argument("--protocol", action="store_true", help="a study with sittings, hidden repeats and gold")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    options = parser.parse_args()
    with scratch_database():
        for stage in options.stages:
            begun = [Begun(regions, stage, options.turns, options.protocol) for regions in options.regions]
            for number in range(ROUNDS):
                for one in begun:
                    one.draw(-(-options.draws // ROUNDS), warm=number == 0)
            for one in begun:
                print(json.dumps(one.figures()), flush=True)
            drop()


class Begun:
    """A study of one size, and what its people waited for so far."""

    def __init__(self, regions: int, stage: str, turns: bool, protocol: bool) -> None:
        from annotation.models import Membership, Study, User

        started = time.perf_counter()
        self.regions, self.stage, self.turns, self.protocol = regions, stage, turns, protocol
        slug = f"s-{regions}-{stage.replace(' ', '-')}"
        self.study = Study.objects.create(name=f"{regions} {stage}", slug=slug, seed=1)
        self.people = [User.objects.create(username=f"{slug}-{n}") for n in range(PEOPLE)]
        members = [Membership(study=self.study, user=person, role="annotator") for person in self.people]
        Membership.objects.bulk_create(members)
        fill(self.study.pk, regions, STAGES[stage], [person.pk for person in self.people])
        if turns:
            judge(self.study)
        if protocol:
            set_rules(self.study, self.people)
        self.filled = time.perf_counter() - started
        self.turn = 0
        self.seconds: list[float] = []
        self.dealing: list[float] = []
        self.purposes: list[str] = []

    def draw(self, draws: int, *, warm: bool) -> None:
        """So many leases; `warm`: after one of each person that does not count."""
        seconds, dealing, purposes = draw(self.study, self.people, self.turn, draws + PEOPLE * warm)
        self.turn += len(seconds)
        self.seconds += seconds[-draws:]
        self.dealing += dealing
        self.purposes += purposes[-draws:]

    def figures(self) -> dict[str, object]:
        kinds = by_purpose(self.seconds, self.purposes) if self.protocol else {}
        told: dict[str, object] = {"regions": self.regions, "stage": self.stage, "draws": len(self.seconds)}
        deals = {"deal": percentiles(self.dealing)} if self.turns else {}
        return told | percentiles(self.seconds) | {"fill_s": round(self.filled, 1)} | kinds | deals


def set_rules(study: "Study", people: list["User"]) -> None:
    """The protocol's defaults without a limit of time."""
    from datetime import timedelta

    from django.utils import timezone

    from annotation.models import Assignment, Gold, Protocol, Region, ViewingCheck
    from annotation.scales import SCALES

    Protocol.objects.create(study=study, sitting_minutes=0, sittings_per_day=0)
    gold = list(Region.objects.filter(study=study).order_by("-pk")[:GOLD])
    Assignment.objects.filter(region__in=gold, vote=None).delete()
    answer = dict.fromkeys(SCALES, 3)
    Gold.objects.bulk_create([Gold(region=region, study=study, use="hidden", **answer) for region in gold])
    sizes = dict.fromkeys(("screen_width", "screen_height", "window_width", "window_height"), 2000)
    until = timezone.now() + timedelta(days=1)
    checks = [
        ViewingCheck(study=study, annotator=person, passed=True, device_pixel_ratio=1, expires_at=until, **sizes)
        for person in people
    ]
    ViewingCheck.objects.bulk_create(checks)


def by_purpose(seconds: list[float], purposes: list[str]) -> dict[str, object]:
    kinds = sorted(set(purposes))
    return {
        kind: percentiles([one for one, was in zip(seconds, purposes, strict=True) if was == kind]) for kind in kinds
    }


def draw(study: "Study", people: list["User"], begin: int, draws: int) -> tuple[list[float], list[float], list[str]]:
    """Seconds of each lease, and of each deal, and what each lease was for; the seat is closed by SQL, as a vote would."""
    from django.db import connection

    from annotation.actions.leases import Answer, lease_next
    from annotation.actions.turns import deal_turns

    seconds, dealing, purposes = [], [], []
    for turn in range(begin, begin + draws):
        if turn % DEAL_EVERY == 0:
            start = time.perf_counter()
            if deal_turns(study=study):
                dealing.append(time.perf_counter() - start)
        person = people[turn % PEOPLE]
        start = time.perf_counter()
        lease = lease_next(study=study, annotator=person)
        seconds.append(time.perf_counter() - start)
        purposes.append("none" if lease.assignment is None else lease.assignment.purpose)
        if lease.answer == Answer.SEAT and lease.assignment is not None:
            with connection.cursor() as cursor:
                cursor.execute(VOTE, {"seat": lease.assignment.pk})
    return seconds, dealing, purposes


VOTE = """
WITH said AS (
    INSERT INTO annotation_vote (study_id, region_id, annotator_id, idempotency_key, exposure, noise, blur, contrast,
        colorfulness, compression, quality, importance, duration_ms, client, prelabel_seen, late, surplus, purpose)
    SELECT study_id, region_id, annotator_id, gen_random_uuid(), 5, 5, 5, 5, 5, 5, 3, 2, 9000, '', 'nothing', false,
        purpose <> 'label', purpose
    FROM annotation_assignment WHERE id = %(seat)s RETURNING id)
UPDATE annotation_assignment seat SET vote_id = said.id FROM said WHERE seat.id = %(seat)s
"""

IMAGES = """
INSERT INTO annotation_image (study_id, name, sha256, file, media_type, byte_size, width, height, orientation, split,
    created_at, proposal_attempts, proposal_error, proposed_at, prelabel_due, prelabel_attempts, prelabel_error)
SELECT %(study)s, 'i' || n, md5(n::text) || md5(n::text), 'none', 'image/png', 1, 512, 512, 1, 'train', now(), 0, '', now(),
    false, 0, ''
FROM generate_series(1, greatest(%(regions)s / 3, 1)) n
"""
REGIONS = """
INSERT INTO annotation_region (study_id, image_id, rle, x, y, width, height, area, level, source, proposer, score, status,
    created_at)
SELECT %(study)s, ids.low + n %% (ids.high - ids.low + 1), 'none', 0, 0, 40, 40, 1600, 'object', 'proposed', '', 0,
    'accepted', now()
FROM generate_series(1, %(regions)s) n, (SELECT min(id) low, max(id) high FROM annotation_image WHERE study_id = %(study)s) ids
"""
# Seats below the used share are closed, dealt to the people so that nobody has a region twice.
VOTES = """
INSERT INTO annotation_vote (study_id, region_id, annotator_id, idempotency_key, exposure, noise, blur, contrast, colorfulness,
    compression, quality, importance, duration_ms, client, prelabel_seen, late, surplus)
SELECT %(study)s, region.id, (%(people)s::bigint[])[1 + (region.id * 5 + number) %% %(count)s], gen_random_uuid(),
       5, 5, 5, 5, 5, 5, 3, 2, 9000, '', 'nothing', false, false
FROM annotation_region region CROSS JOIN generate_series(1, %(layers)s) number
WHERE region.study_id = %(study)s
  AND (number <= %(used)s OR (number = %(layers)s AND md5(region.id::text) < %(part)s))
"""
CLOSE = """
UPDATE annotation_assignment seat
SET vote_id = said.id, annotator_id = said.annotator_id, leased_at = now() - (1 + said.id %% 500000) * interval '1 second',
    leased_until = now()
FROM (SELECT id, region_id, annotator_id, row_number() OVER (PARTITION BY region_id ORDER BY id) AS number
      FROM annotation_vote WHERE study_id = %(study)s) said
WHERE seat.study_id = %(study)s AND seat.region_id = said.region_id AND seat.number = said.number
"""


PRELABELS = """
INSERT INTO annotation_prelabel (region_id, version_id, quality, importance, distortions, undistorted, uncertainty, flags,
    votes_before, created_at)
SELECT region.id, %(version)s, (SELECT array_agg(random()) FROM generate_series(1, 5) WHERE region.id > 0),
    (SELECT array_agg(random()) FROM generate_series(1, 5) WHERE region.id > 0),
    (SELECT array_agg(random()) FROM generate_series(1, 36) WHERE region.id > 0), 0.5, random(), '{}', 0, now()
FROM annotation_region region WHERE region.study_id = %(study)s
"""


def judge(study: "Study") -> None:
    """A model that says anything of every region."""
    from django.db import connection

    from annotation.models import ModelVersion

    study.active_version = ModelVersion.objects.create(
        name="any", sha256=f"{study.pk:064x}", preset="none", byte_size=1
    )
    study.save()
    with connection.cursor() as cursor:
        cursor.execute(PRELABELS, {"version": study.active_version.pk, "study": study.pk})
        cursor.execute("VACUUM ANALYZE annotation_prelabel")
        cursor.execute("CHECKPOINT")


def fill(study: int, regions: int, used: float, people: list[int]) -> None:
    from django.db import connection

    from annotation.actions.seats import make_seats
    from annotation.models import Region

    whole, part = int(used), format(int((used % 1) * 255), "02x")
    values: dict[str, Any] = {"study": study, "regions": regions, "people": people, "count": len(people)}
    with connection.cursor() as cursor:
        cursor.execute(IMAGES, values)
        cursor.execute(REGIONS, values)
        make_seats(region_ids=list(Region.objects.filter(study=study).values_list("pk", flat=True)))
        if used:
            cursor.execute(VOTES, values | {"layers": whole + 1, "used": whole, "part": part})
            cursor.execute("ANALYZE annotation_assignment, annotation_region, annotation_vote")
            cursor.execute(CLOSE, values)
        cursor.execute("VACUUM ANALYZE annotation_assignment, annotation_region, annotation_vote")  # as autovacuum does
        cursor.execute("CHECKPOINT")  # the writing of a million rows at once is not what is measured


def drop() -> None:
    """Votes are immutable, so the tables are emptied as a whole."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE annotation_study CASCADE")


if __name__ == "__main__":
    main()
