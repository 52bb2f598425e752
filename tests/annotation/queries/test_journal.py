"""The journal of a study: every line once, newest first, a page at a time."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from annotation.actions.deeds import note
from annotation.enums import DeedKind, DeedTopic, ExportFormat, Role
from annotation.errors import InvalidInput
from annotation.models import (
    Adjudication,
    Anchor,
    Codebook,
    Deed,
    Exclusion,
    Export,
    Import,
    Invitation,
    Membership,
    Message,
    Promotion,
    Remark,
    Snapshot,
    Study,
    TrainingRun,
    User,
)
from annotation.queries.journal import (
    Line,
    Mark,
    Wanted,
    kinds_of,
    lines_of,
    names_of,
    pages_of,
    read_mark,
    topic_of,
)
from tests.annotation.actions.sitters import make_gold
from tests.factories import make_image, make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANY = Wanted()


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.fixture
def study() -> Study:
    return make_study(slug="gulls", created_at=NOON)


@pytest.fixture
def ada(study: Study) -> User:
    ada = make_member(study, Role.MANAGER, "ada")
    Membership.objects.update(created_at=at(1))
    return ada


def said(study: Study, wanted: Wanted = ANY) -> list[tuple[str, str, str, str]]:
    """Kind, by, whom and subject, oldest first."""
    lines = lines_of(study, wanted, limit=500)[::-1]
    names = names_of(lines) | {None: ""}
    return [(str(line.kind), names[line.by], names[line.whom], line.subject) for line in lines]


def kinds(lines: list[Line]) -> list[str]:
    return [str(line.kind) for line in lines]


def test_a_study_from_before_there_were_deeds_has_a_beginning(study: Study, ada: User) -> None:
    assert said(study) == [("study_made", "", "", "gulls"), ("member_added", "", "ada", "")]


def test_people_and_messages(study: Study, ada: User) -> None:
    ben = make_member(study, name="ben")
    Membership.objects.update(created_at=at(1))
    Invitation.objects.create(
        study=study, note="the first", digest="d", made_by=ada, created_at=at(2), expires_at=at(9)
    )
    Message.objects.create(study=study, sender=ada, recipient=ben, text="Hello.", created_at=at(3))
    Exclusion.objects.create(
        study=study, annotator=ben, reason="Always 3.", made_by=ada, created_at=at(4),
        lifted_at=at(5), lifted_by=ada, lifted_reason="A mistake.",
    )  # fmt: skip

    assert said(study)[3:] == [
        ("invitation_made", "ada", "", "the first"),
        ("message_sent", "ada", "ben", ""),
        ("excluded", "ada", "ben", ""),
        ("exclusion_lifted", "ada", "ben", ""),
    ]
    assert [line.after for line in lines_of(study, ANY, limit=3)] == ["A mistake.", "Always 3.", "Hello."]


def test_images_and_regions(study: Study, ada: User) -> None:
    Import.objects.create(
        study=study, source="/srv/secret/photos.zip", requested_by=ada, requested_at=at(2), finished_at=at(3),
        status="done", done=24,
    )  # fmt: skip
    image = make_image(study)
    regions = [make_region(study, image, decided_at=at(4), decided_by=ada) for _ in range(3)]
    out = make_region(study, image, accepted=False, status="discarded", decided_at=at(5), decided_by=ada)
    own = make_region(study, image, source="drawn", drawn_by=ada, created_at=at(6), decided_at=at(6), decided_by=ada)
    make_region(study, image)  # the proposer's own choice: nobody's deed

    assert said(study)[2:] == [
        ("import_requested", "ada", "", "photos.zip"),
        ("import_ended", "", "", "photos.zip"),
        ("region_accepted", "ada", "", str(regions[0].pk)),
        ("region_discarded", "ada", "", str(out.pk)),
        ("region_drawn", "ada", "", str(own.pk)),
    ]
    counted = {str(line.kind): (line.count, line.target) for line in lines_of(study, ANY, limit=4)}
    assert (counted["region_accepted"], counted["import_ended"][0]) == ((3, image.pk), 24)


def test_labels_and_what_is_told(study: Study, ada: User) -> None:
    ben, region = make_member(study, name="ben"), make_region(study)
    Membership.objects.update(created_at=at(1))
    Adjudication.objects.create(
        study=study, region=region, made_by=ada, quality=2, reason="Seen.", created_at=at(2), withdrawn_at=at(3),
        withdrawn_by=ada,
    )  # fmt: skip
    Remark.objects.create(
        study=study, region=region, annotator=ben, kind="flag", reason="small", idempotency_key=uuid4(),
        handled_at=at(4), handled_by=ada,
    )  # fmt: skip
    Codebook.objects.create(study=study, number=1, guidelines="a", created_at=at(5))
    Codebook.objects.create(study=study, number=2, guidelines="b", published_by=ada, created_at=at(5))
    make_anchor(study, ada, at(6))
    make_anchor(study, ada, at(-60), level=3)  # of the study that this one is like
    make_anchor(study, None, at(6), level=4)  # made by the platform

    assert said(study)[3:] == [
        ("adjudicated", "ada", "", str(region.pk)),
        ("adjudication_withdrawn", "ada", "", str(region.pk)),
        ("remark_handled", "ada", "ben", "small"),
        ("guidelines_published", "ada", "", "2"),
        ("anchor_put", "ada", "", "blur 2"),
    ]


def make_anchor(study: Study, by: User | None, when: datetime, level: int = 2) -> None:
    Anchor.objects.create(
        study=study, scale="blur", level=level, file="x", sha256="x", media_type="image/png", width=1, height=1,
        added_by=by, created_at=when,
    )  # fmt: skip


def test_the_model_and_exports(study: Study, ada: User) -> None:
    version = make_version(study, name="first")
    asked = {"study": study, "requested_by": ada, "requested_at": at(2), "finished_at": at(4), "status": "done"}
    TrainingRun.objects.create(**asked, trigger="person", decision="promoted", decided_by=ada)
    Promotion.objects.create(study=study, version=version, promoted_by=ada, reason="Better.", created_at=at(5))
    Export.objects.create(**asked | {"requested_at": at(6), "finished_at": at(8)}, format=ExportFormat.CSV)
    facts = {"file": "x", "rule": "r", "images": 1, "regions": 1, "settled": 1, "votes": 7}
    Snapshot.objects.create(study=study, sha256="a" * 64, created_at=at(7), **facts)

    lines = lines_of(study, ANY, limit=6)[::-1]

    assert [(str(line.kind), line.after) for line in lines] == [
        ("training_requested", "person"),
        ("training_ended", "waiting"),  # what ada decided came later, and is the next line
        ("promoted", "Better."),
        ("export_requested", ""),
        ("snapshot_taken", ""),
        ("export_ended", "done"),
    ]


def test_gold_from_before_there_were_deeds(study: Study, ada: User) -> None:
    old, new = make_gold(study), make_gold(study)
    kind = DeedKind.GOLD_MARKED
    note(study_id=study.pk, kind=kind, by=ada, subject=str(new.pk), target=new.pk)

    found = [line for line in said(study) if line[0] == "gold_marked"]

    assert sorted(found) == sorted([(kind, "", "", str(old.pk)), (kind, "ada", "", str(new.pk))])


def deeds(study: Study, *minutes: int, **fields: object) -> None:
    Deed.objects.bulk_create(
        Deed(**{"study": study, "kind": DeedKind.MEMBER_PAUSED, "created_at": at(minute)} | fields)
        for minute in minutes
    )


def test_pages_follow_each_other_without_a_gap_or_a_repetition(study: Study, ada: User) -> None:
    """Also where many things happened at one moment, in one table and in several."""
    deeds(study, 2, 2, 2, 2, 3, 3)
    for minute in (2, 2, 3):
        Message.objects.create(study=study, sender=ada, text="Hello.", created_at=at(minute))
        make_region(study, decided_at=at(minute), decided_by=ada)
    whole = lines_of(study, ANY, limit=500)

    pages = list(pages_of(study, ANY, limit=2))
    back = lines_of(study, ANY, limit=500, mark=whole[-1].mark, newer=True)
    near = lines_of(study, ANY, limit=2, mark=whole[5].mark, newer=True)

    assert [line for page in pages for line in page] == whole
    assert [len(page) for page in pages[:-1]] == [2] * (len(pages) - 1)
    assert back == whole[:-1]
    assert near == whole[3:5]
    assert [line.mark for line in whole] == sorted({line.mark for line in whole}, reverse=True)
    assert kinds(whole).count("region_accepted") == 2  # one for each moment
    assert len(whole) == 6 + 3 + 2 + 2


def test_a_mark_is_text_and_back() -> None:
    mark = Mark(NOON + timedelta(microseconds=7), 12, 345)

    assert (str(mark), read_mark(str(mark))) == ("1772366400000007.12.345", mark)


@pytest.mark.parametrize("text", ["", "1.2", "1.2.x", "-1.2.3", "1.2.3.4", "9" * 18 + ".1.1", "1.1." + "9" * 19])
def test_a_mark_that_is_none(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_mark(text)


def test_filters(study: Study, ada: User) -> None:
    ben = make_member(study, name="ben")
    Membership.objects.update(created_at=at(1))
    deeds(study, 3, by=ada, whom=ben)
    deeds(study, 4, by=ada, kind=DeedKind.STATUS_CHANGED)
    Message.objects.create(study=study, sender=ada, recipient=ben, text="Hello.", created_at=at(5))

    def found(**wanted: object) -> list[str]:
        return kinds(lines_of(study, Wanted(**wanted), limit=9))

    assert found(kinds=["member_paused"]) == ["member_paused"]
    assert found(kinds=["message_sent", "status_changed"]) == ["message_sent", "status_changed"]
    assert found(kinds=kinds_of(DeedTopic.STUDY)) == ["status_changed", "study_made"]
    assert found(kinds=[]) == []
    assert found(person=ben.pk) == ["message_sent", "member_paused", "member_added"]
    assert found(since=at(4)) == ["message_sent", "status_changed"]
    assert found(since=at(3), until=at(4)) == ["member_paused"]
    assert found(person=ben.pk, kinds=["member_paused"], since=at(4)) == []


def test_another_study_has_its_own(study: Study, ada: User) -> None:
    other = make_study()
    note(study_id=other.pk, kind=DeedKind.STATUS_CHANGED, by=ada)
    make_region(other, decided_at=NOON, decided_by=ada)

    assert kinds(lines_of(study, ANY, limit=9)) == ["member_added", "study_made"]


def test_every_kind_belongs_to_a_topic() -> None:
    assert [kind for topic in DeedTopic for kind in kinds_of(topic)] == list(DeedKind)
    assert [topic_of(DeedKind(name)) for name in ("gold_retired", "excluded", "region_drawn", "remark_handled")] == [
        "study", "people", "regions", "labels",
    ]  # fmt: skip
    assert [topic_of(DeedKind(name)) for name in ("promoted", "snapshot_taken")] == ["model", "exports"]


def test_it_is_one_query_however_many_lines(
    study: Study, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    deeds(study, *range(2, 40))

    with django_assert_num_queries(1):
        assert len(lines_of(study, ANY, limit=20)) == 20
