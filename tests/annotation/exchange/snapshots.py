"""A small study with everything an export has to get right, and its snapshot written out in a format."""

from dataclasses import dataclass
from pathlib import Path

from annotation.actions.exports import write_snapshot
from annotation.actions.snapshots import take_snapshot
from annotation.actions.votes import retract_vote
from annotation.exchange.meter import Meter
from annotation.exchange.records import RegionFacts
from annotation.exchange.snapshot_file import open_snapshot
from annotation.models import Region, Snapshot, Study, User
from tests.factories import cast, make_image, make_member, make_region, make_study

FORMULA = "=HYPERLINK(1).png"


@dataclass(frozen=True)
class Nest:
    """`full` is settled with votes 0, 1 and 5 on blur; `begun` has one live, one surplus and one retracted vote."""

    study: Study
    full: Region
    clean: Region
    begun: Region
    people: list[User]


def make_nest() -> Nest:
    study = make_study(votes_wanted=3, name="Gulls *of* <b>Ålesund</b>")
    people = [make_member(study) for _ in range(4)]
    photo = make_image(study, b"first", name=FORMULA, outside_mos=61.25)
    other = make_image(study, b"second", name="b.png", split="test")
    full, clean = make_region(study, photo), make_region(study, other, level="component")
    begun, _ = make_region(study, photo), make_region(study, photo, accepted=False)
    for person, blur, quality in zip(people, (0, 1, 5), (0, 1, 1), strict=False):
        cast(full, person, blur=blur, noise=3, quality=quality)
        cast(clean, person)
    retract_vote(vote=cast(begun, people[0], quality=0), annotator=people[0])
    begun.assignments.update(annotator=None, leased_at=None, leased_until=None)
    cast(begun, people[1], quality=4)
    begun.assignments.filter(vote=None).delete()
    cast(begun, people[2], quality=2)
    return Nest(study, full, clean, begun, people)


def write(study: Study, name: str, folder: Path, *, include_images: bool = False) -> Snapshot:
    snapshot = take_snapshot(study=study)
    write_snapshot(snapshot, {name: folder}, Meter(None, 0), include_images=include_images)
    return snapshot


def read_regions(snapshot: Snapshot) -> list[RegionFacts]:
    with open_snapshot(Path(snapshot.file.path), snapshot.sha256) as reader:
        return list(reader.regions())
