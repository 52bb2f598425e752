import gzip
import hashlib
import json
import threading
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from annotation.actions.snapshots import take_snapshot
from annotation.actions.studies import reweigh
from annotation.actions.votes import retract_vote
from annotation.models import Image, Membership, Region, Snapshot, User, Vote
from annotation.queries.snapshots import one_moment, snapshot_rows
from tests.annotation.exchange.snapshots import make_nest
from tests.factories import cast, make_image, make_member, make_region, make_study


def lines_of(snapshot: Snapshot) -> list[dict[str, object]]:
    with default_storage.open(snapshot.file.name) as file:
        return [json.loads(line) for line in gzip.decompress(file.read()).splitlines()]


@pytest.mark.django_db
def test_the_same_content_gives_the_same_snapshot_and_file() -> None:
    nest = make_nest()

    one = take_snapshot(study=nest.study)

    assert take_snapshot(study=nest.study) == one
    place, study, folder, name = str(one.file.name).split("/")
    assert (place, study, name) == ("snapshots", str(nest.study.pk), f"{one.sha256}.jsonl.gz")
    assert default_storage.listdir(f"snapshots/{nest.study.pk}")[0] == [folder]
    assert (one.images, one.regions, one.settled, one.votes) == (2, 3, 2, 9)
    with default_storage.open(one.file.name) as file:
        assert hashlib.sha256(gzip.decompress(file.read())).hexdigest() == one.sha256


@pytest.mark.django_db
def test_every_change_of_what_is_shown_gives_another_snapshot() -> None:
    nest = make_nest()
    seen = {take_snapshot(study=nest.study).sha256}

    retract_vote(vote=Vote.objects.filter(region=nest.full).first(), annotator=nest.people[0])
    seen.add(take_snapshot(study=nest.study).sha256)
    make_region(nest.study, nest.full.image)
    seen.add(take_snapshot(study=nest.study).sha256)
    reweigh(study=nest.study, votes_wanted=2)
    seen.add(take_snapshot(study=nest.study).sha256)

    assert (len(seen), Snapshot.objects.count()) == (4, 4)


@pytest.mark.django_db
def test_a_lost_file_is_written_again() -> None:
    study = make_nest().study
    snapshot = take_snapshot(study=study)
    default_storage.delete(snapshot.file.name)

    assert take_snapshot(study=study) == snapshot
    assert len(lines_of(snapshot)) == 7


@pytest.mark.django_db
def test_lines_are_in_the_order_of_image_names_then_numbers() -> None:
    study = make_study()
    for name in ("b", "a", "Z", "ä", "a b"):
        image = make_image(study, name=name)
        for _ in range(2):
            make_region(study, image)

    lines = lines_of(take_snapshot(study=study))

    assert [line["name"] for line in lines if line["kind"] == "image"] == ["Z", "a", "a b", "b", "ä"]
    kinds = [line["kind"] for line in lines]
    assert kinds == ["header", *["image", "region", "region"] * 5, "counts"]


@pytest.mark.django_db
def test_nobody_s_name_or_number_is_in_it() -> None:
    study = make_study(votes_wanted=1)
    ben = User.objects.create(pk=987654321, username="ben-the-rater", email="ben@example.org")
    Membership.objects.create(study=study, user=ben, role="annotator", pseudonym="a00ff00")
    cast(make_region(study), ben)

    text = json.dumps(lines_of(take_snapshot(study=study)))

    assert ("a00ff00" in text, "ben" in text, "987654321" in text) == (True, False, False)


@pytest.mark.django_db
def test_a_person_whose_membership_was_removed_keeps_a_pseudonym_of_their_own() -> None:
    study = make_study(votes_wanted=2)
    region = make_region(study)
    for _ in range(2):
        cast(region, make_member(study))
    Membership.objects.all().delete()

    [region_line] = [line for line in lines_of(take_snapshot(study=study)) if line["kind"] == "region"]

    names = {vote["annotator"] for vote in region_line["votes"]}
    assert ({name.partition("-")[0] for name in names}, len(names)) == ({"former"}, 2)


@pytest.mark.django_db
def test_progress_ends_with_all_rows() -> None:
    told: list[tuple[int, int]] = []

    take_snapshot(study=make_nest().study, progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (12, 12)


@pytest.mark.django_db
def test_a_stopped_snapshot_leaves_neither_row_nor_file() -> None:
    study = make_nest().study

    def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        take_snapshot(study=study, progress=stop)

    assert Snapshot.objects.count() == 0
    assert not Path(default_storage.path(f"snapshots/{study.pk}")).exists()


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_shows_one_moment_whatever_is_cast_meanwhile() -> None:
    study = make_study(votes_wanted=1)
    first, second = make_region(study), make_region(study)
    ben = make_member(study)
    cast(first, ben)

    with one_moment() as reader:
        rows = snapshot_rows(reader, study)
        before = next(rows)
        thread = threading.Thread(target=lambda: (cast(second, ben), connection.close()))
        thread.start()
        thread.join()
        Region.objects.filter(pk=second.pk).update(status="discarded")
        after = next(rows)

    assert (before[1][0], len(before[-1])) == (first.pk, 1)
    assert (after[1][0], after[2][0], after[-1]) == (second.pk, None, ())
    assert Vote.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_reading_connection_can_write_nothing() -> None:
    study = make_study()
    make_image(study)

    with one_moment() as reader, reader.cursor() as cursor, pytest.raises(Exception, match="read-only transaction"):
        cursor.execute("DELETE FROM annotation_image")

    assert Image.objects.count() == 1
