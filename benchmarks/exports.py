"""How long do exports and the verification of labels take, and does their memory grow with the study?

    python -m benchmarks.exports [--regions 3261 142858] [--votes 7] [--runs seagull ... worker command verify labels]

Rows are filled in by SQL. Each export is made as a worker makes it (claimed, snapshot, zip in the store), each format
in a process of its own, whose highest memory is what the kernel says (VmHWM). `worker` is all five jobs in one
process, `command` is `export_labels --format all`, which writes every format in one pass, `verify` is `verify_labels`,
`labels` the same with `--labels-only`.
Server: the embedded PostgreSQL with its durable settings.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.scratch import found, peak_memory, scratch_database

if TYPE_CHECKING:
    from annotation.models import Study

PEOPLE = 24
FORMATS = ["seagull", "csv", "parquet", "coco", "hf"]

IMAGES = """
INSERT INTO annotation_image (study_id, name, sha256, file, media_type, byte_size, width, height, orientation, split,
    created_at, proposal_attempts, proposal_error, proposed_at, prelabel_due, prelabel_attempts, prelabel_error, outside_mos)
SELECT %(study)s, 'folder/photo ' || n || '.jpg', md5(n::text) || md5(n::text), 'none.jpg', 'image/jpeg', 1, 1024, 768, 1,
    CASE WHEN n %% 5 = 0 THEN 'test' ELSE 'train' END, now(), 0, '', now(), false, 0, '',
    random() * 100
FROM generate_series(1, greatest(%(regions)s * 968 / 3261, 1)) n
"""
# A mask of about 400 characters, as the embedded proposer's are; nobody decodes it here.
REGIONS = """
INSERT INTO annotation_region (study_id, image_id, rle, x, y, width, height, area, level, source, proposer, score, status,
    created_at)
SELECT %(study)s, ids.low + n %% (ids.high - ids.low + 1),
    (SELECT string_agg(md5(n || ':' || part), '') FROM generate_series(1, 12) part),
    n %% 500, n %% 300, 200, 150, 20000, CASE WHEN n %% 3 = 0 THEN 'object' ELSE 'component' END, 'proposed', '', 0,
    'accepted', now()
FROM generate_series(1, %(regions)s) n,
    (SELECT min(id) low, max(id) high FROM annotation_image WHERE study_id = %(study)s) ids
"""
VOTES = """
INSERT INTO annotation_vote (study_id, region_id, annotator_id, idempotency_key, exposure, noise, blur, contrast,
    colorfulness, compression, quality, importance, duration_ms, device_pixel_ratio, viewport_width, viewport_height,
    screen_width, screen_height, client, prelabel_seen, late, surplus)
SELECT %(study)s, region.id, (%(people)s::bigint[])[1 + (region.id * 5 + number) %% %(count)s], gen_random_uuid(),
    floor(random() * 6), floor(random() * 6), floor(random() * 6), 5, 5, 5 - (random() < 0.3)::int,
    floor(random() * 5), floor(random() * 5), 4000 + floor(random() * 9000), 2, 1280, 720, 1440, 900, 'web 1', 'nothing',
    false, false
FROM annotation_region region CROSS JOIN generate_series(1, %(votes)s) number WHERE region.study_id = %(study)s
"""
SEATS = """
INSERT INTO annotation_assignment (study_id, region_id, number, place, annotator_id, leased_at, leased_until, vote_id,
    turn, reason, probability)
SELECT study_id, region_id, row_number() OVER (PARTITION BY region_id ORDER BY id), 0, annotator_id, now(), now(), id,
    id, CASE WHEN random() < 0.3 THEN 'random' ELSE 'model' END, 0.01 + 0.9 * random()
FROM annotation_vote WHERE study_id = %(study)s
"""
OPINIONS = """
SELECT region_id, array_agg(ARRAY[exposure, noise, blur, contrast, colorfulness, compression, quality, importance])
FROM annotation_vote WHERE study_id = %s GROUP BY region_id
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, nargs="+", default=[3261, 142_858])
    parser.add_argument("--votes", type=int, default=7)
    parser.add_argument("--runs", nargs="+", choices=[*FORMATS, *RUNS], default=[*FORMATS, *RUNS])
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--study", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(child(options.only, options.study)), flush=True)
        return
    with scratch_database():
        for regions in options.regions:
            print(json.dumps(measure(regions, options.votes, options.runs)), flush=True)


def measure(regions: int, votes: int, runs: list[str]) -> dict[str, object]:
    slug = f"s-{regions}"
    started = time.perf_counter()
    fill(slug, regions, votes)
    figures: dict[str, object] = {"regions": regions, "votes": regions * votes}
    figures["fill_s"] = round(time.perf_counter() - started, 1)
    for name in runs:
        figures[name] = in_child(name, slug)
    return figures


def in_child(name: str, slug: str) -> dict[str, object]:
    command = [sys.executable, "-m", "benchmarks.exports", "--only", name, "--study", slug]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, object] = json.loads(answer.stdout.splitlines()[-1])
    return figures


def child(name: str, slug: str) -> dict[str, object]:
    """Seconds after Django's start, and the process's highest memory."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    started, cpu = time.perf_counter(), time.process_time()
    extra = RUNS.get(name, export)(name, slug)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    return {"seconds": round(seconds, 2), "cpu_s": round(cpu, 2), "peak_mb": peak_memory(), **extra}


def export(name: str, slug: str) -> dict[str, object]:
    from annotation.actions.exports import request_export, run_export
    from annotation.actions.jobs import claim
    from annotation.models import Export, Study

    job = found(claim(Export, pk=request_export(study=Study.objects.get(slug=slug), format=name, by=None).pk))
    run_export(job=job)
    job.refresh_from_db()
    if job.status != "done":
        raise SystemExit(f"{name}: {job.status}: {job.error}")
    return {"zip_mb": round(job.byte_size / 2**20, 1)}


def worker(name: str, slug: str) -> dict[str, object]:
    """All five, one after the other, as a worker finds them."""
    from annotation.actions.exports import request_export
    from annotation.models import Export, Study
    from workers.tasks.exports import run_exports_task

    study = Study.objects.get(slug=slug)
    jobs = [request_export(study=study, format=format_name, by=None).pk for format_name in FORMATS]
    run_exports_task()
    if Export.objects.filter(pk__in=jobs).exclude(status="done").exists():
        raise SystemExit("An export failed.")
    return {}


def command_line(name: str, slug: str) -> dict[str, object]:
    from django.core.management import call_command

    with tempfile.TemporaryDirectory(prefix="gullery-benchmark-") as folder, Path(os.devnull).open("w") as nowhere:
        if name in ("verify", "labels"):
            call_command("verify_labels", slug, labels_only=name == "labels", stdout=nowhere)
        else:
            call_command("export_labels", slug, format="all", out=folder, stdout=nowhere)
    return {}


RUNS = {"worker": worker, "command": command_line, "verify": command_line, "labels": command_line}


def fill(slug: str, regions: int, votes: int) -> None:
    """A study whose regions all have their votes, seats and labels."""
    from django.db import connection

    from annotation.models import Membership, Study, User

    study = Study.objects.create(name=slug, slug=slug, seed=1, votes_wanted=votes)
    people = [User.objects.create(username=f"{slug}-{n}") for n in range(PEOPLE)]
    Membership.objects.bulk_create([Membership(study=study, user=person, role="annotator") for person in people])
    values = {"study": study.pk, "regions": regions, "votes": votes, "count": PEOPLE}
    with connection.cursor() as cursor:
        for statement in (IMAGES, REGIONS, VOTES, SEATS):
            cursor.execute(statement, values | {"people": [person.pk for person in people]})
        copy_labels(cursor, study)
        cursor.execute("ANALYZE")


def copy_labels(cursor: Any, study: "Study") -> None:
    """The labels by the product's own arithmetic, region after region."""
    from annotation.actions.labels import rule_of, status_of
    from annotation.aggregation.labels import histograms_of, level_of
    from annotation.opinion import SCALES

    rule = rule_of(study)
    columns = [f"{scale}_votes" for scale in SCALES] + [f"{scale}_level" for scale in SCALES]
    names = ", ".join(["region_id", "study_id", "status", "votes", "exposed_votes", "rule", *columns])
    cursor.execute(OPINIONS, [study.pk])
    said = cursor.fetchall()
    with cursor.copy(f"COPY annotation_label ({names}) FROM STDIN") as copy:
        for region, opinions in said:
            histograms = histograms_of(opinions)
            status = status_of(histograms, len(opinions), study.votes_wanted)
            levels = [level_of(scale, histograms[scale], rule) for scale in SCALES]
            said_by = [region, study.pk, status.value, len(opinions), 0, str(rule)]
            copy.write_row([*said_by, *histograms.values(), *levels])


if __name__ == "__main__":
    main()
