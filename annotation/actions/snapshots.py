"""Snapshots: a study as it is at one moment, in one file named by the hash of its content."""

from collections import Counter
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from annotation.actions.strays import unique_name
from annotation.actions.telling import tell
from annotation.aggregation.labels import Rule
from annotation.aggregation.noise import noise_of
from annotation.enums import HookEvent, Purpose
from annotation.exchange.archive import store
from annotation.exchange.hooks import bodies
from annotation.exchange.meter import Meter, Progress
from annotation.exchange.records import Counts
from annotation.exchange.snapshot_file import IMAGE_KEYS, VOTE_KEYS, SnapshotWriter
from annotation.models import Snapshot, Study, User
from annotation.opinion import SCALES, TOP_LEVEL
from annotation.queries.snapshots import StudyFacts, one_moment, rows_in, snapshot_rows, study_facts

_EMPTY = [[0] * (TOP_LEVEL[scale] + 1) for scale in SCALES]


def take_snapshot(*, study: Study, taken_by: User | None = None, progress: Progress | None = None) -> Snapshot:
    """The study now: accepted regions, labels and all votes. The same content gives the same row and file again."""
    with TemporaryDirectory(prefix="gullery-snapshot-") as folder:
        made = Path(folder) / "snapshot.jsonl.gz"
        rule, counts, sha256 = _write(study, made, progress)
        name = _kept(study, sha256, made)
    facts = {"images": counts.images, "regions": counts.regions, "settled": counts.settled, "votes": counts.votes}
    with transaction.atomic():
        snapshot, created = Snapshot.objects.get_or_create(
            study=study, sha256=sha256, defaults={"file": name, "rule": rule, "taken_by": taken_by, **facts}
        )
        if created:
            said = bodies.snapshot_taken(study.slug, snapshot.pk, sha256)
            tell(study=study, event=HookEvent.SNAPSHOT_TAKEN, facts=said)
    if snapshot.file.name != name:  # somebody took the same one meanwhile
        default_storage.delete(name)
    return snapshot


def _kept(study: Study, sha256: str, made: Path) -> str:
    """The name in the store: that of the snapshot there is, whose file may be lost, or one that nobody has yet."""
    known = Snapshot.objects.filter(study=study, sha256=sha256).values_list("file", flat=True).first()
    return store(made, known or unique_name("snapshots", study.pk, f"{sha256}.jsonl.gz"))


def _write(study: Study, path: Path, progress: Progress | None) -> tuple[str, Counts, str]:
    """The rule, the counts and the hash of the file that was written."""
    with one_moment() as reader, SnapshotWriter(path) as writer:
        facts = study_facts(reader, study)
        chosen = Rule(severity_votes=facts.severity_votes, severity_top=facts.severity_top)
        rule = str(chosen)
        writer.header({**_header_line(facts, rule), "noise": noise_of(facts.kinds, chosen)})
        meter, tally, last = Meter(progress, rows_in(reader, study)), Counter[str](), None
        for image, region, label, histograms, known, said in snapshot_rows(reader, study):
            if image[0] != last:
                last = image[0]
                tally["images"] += 1
                writer.image(_image_line(image))
            line = _region_line(region, label, histograms, said, rule) | _known_line(*known)
            writer.region(line)
            _count(tally, line)
            meter.add(1 + len(said))
        meter.tell()
        counts = Counts(**tally)
        writer.counts(counts)
    return rule, counts, writer.sha256


def _header_line(facts: StudyFacts, rule: str) -> dict[str, Any]:
    """Without a line about requests where nobody asked for more votes, as before there were any."""
    asked = {"requests": facts.requests} if facts.requests else {}
    return asked | {
        "study": facts.slug,
        "name": facts.name,
        "rule": rule,
        "votes_wanted": facts.votes_wanted,
        "codebook": facts.codebook,
        "protocol": facts.protocol,
        "people": facts.people,
    }


def _known_line(decision: dict[str, Any] | None, gold: list[int] | None) -> dict[str, Any]:
    """What few regions have: a reviewer's decision, an answer experts agreed on."""
    return {name: value for name, value in (("adjudication", decision), ("gold", gold)) if value}


def _image_line(facts: tuple[Any, ...]) -> dict[str, Any]:
    """The file's name becomes that in an export with images: the hash and the stored file's ending."""
    line = dict(zip(IMAGE_KEYS, facts, strict=True))
    return line | {"file": f"images/{line['sha256']}{PurePosixPath(line['file']).suffix.lower()}"}


def _region_line(
    region: tuple[Any, ...], label: tuple[Any, ...], histograms: tuple[Any, ...], said: tuple[Any, ...], rule: str
) -> dict[str, Any]:
    """A region nobody has voted on yet has no label; it is written as open, without votes."""
    pk, rle, x, y, width, height, area, level, source = region
    status, live, exposed, labelled_by = label if label[0] is not None else ("open", 0, 0, rule)
    return {
        "id": pk,
        "rle": rle,
        "box": [x, y, width, height],
        "area": area,
        "level": level,
        "source": source,
        "status": status,
        "live": live,
        "exposed": exposed,
        "rule": labelled_by,
        "histograms": list(histograms) if label[0] is not None else _EMPTY,
        "votes": [dict(zip(VOTE_KEYS, vote, strict=True)) for vote in said],
    }


def _count(tally: Counter[str], line: dict[str, Any]) -> None:
    tally["regions"] += 1
    tally[line["status"]] += 1
    for vote in line["votes"]:
        tally["votes"] += 1
        tally[_kind(vote)] += 1


def _kind(vote: dict[str, Any]) -> str:
    if vote["retracted_at"] is not None:
        return "retracted"
    if vote["purpose"] != Purpose.LABEL:
        return "other_purpose"
    if vote["surplus"]:
        return "surplus"
    return "excluded" if vote["excluded"] else "live"
