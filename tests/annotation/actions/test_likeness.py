import pytest

from annotation.actions.anchors import put_anchor, standing_anchors
from annotation.actions.likeness import TAKEN_OVER, create_like
from annotation.actions.protocols import SETTINGS, set_protocol
from annotation.actions.settings import CHANGEABLE
from annotation.enums import Role, SeverityVotes
from annotation.errors import Conflict, InvalidInput
from annotation.models import Anchor, Image, Membership, Protocol, Region, Study, User
from tests.factories import make_member, make_region, make_study, make_user
from tests.pictures import picture_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def pattern() -> Study:
    made = make_study(votes_wanted=9, severity_votes=SeverityVotes.ALL, retrain_after=None, guidelines="# Look closely")
    set_protocol(study=made, settings={"gold_every": 20, "sitting_minutes": 45})
    return made


@pytest.fixture
def ada(pattern: Study) -> User:
    return make_member(pattern, Role.MANAGER)


def test_every_setting_but_name_and_status_is_taken_over() -> None:
    assert set(TAKEN_OVER) == set(CHANGEABLE) - {"name", "status"}


def test_rules_guidelines_and_protocol_are_those_of_the_pattern(pattern: Study, ada: User) -> None:
    study = create_like(by=ada, pattern=pattern, name="The main one", slug="main")

    study.refresh_from_db()
    assert [getattr(study, name) for name in TAKEN_OVER] == [getattr(pattern, name) for name in TAKEN_OVER]
    one, other = (Protocol.objects.get(study=each) for each in (study, pattern))
    assert [getattr(one, name) for name in SETTINGS] == [getattr(other, name) for name in SETTINGS]
    assert (study.status, study.codebook, study.memberships.get().user) == ("open", 1, ada)
    assert study.seed != pattern.seed


def test_photographs_and_regions_stay_behind(pattern: Study, ada: User) -> None:
    make_region(pattern)

    study = create_like(by=ada, pattern=pattern, name="The main one", slug="main")

    assert (Image.objects.filter(study=study).count(), Region.objects.filter(study=study).count()) == (0, 0)


def test_examples_come_along_in_the_same_files(pattern: Study, ada: User) -> None:
    old = put_anchor(study=pattern, scale="blur", level=2, name="a.png", data=picture_bytes("PNG", 32, 32), by=ada)
    put_anchor(
        study=pattern,
        scale="blur",
        level=2,
        name="b.png",
        data=picture_bytes("PNG", 48, 32),
        by=ada,
        note="Look at the leaves",
    )

    study = create_like(by=ada, pattern=pattern, name="The main one", slug="main")

    (anchor,) = standing_anchors(study)
    (source,) = standing_anchors(pattern)
    assert source.pk != old.pk
    same = ("scale", "level", "file", "sha256", "note", "width", "height", "media_type", "added_by")
    assert [getattr(anchor, name) for name in same] == [getattr(source, name) for name in same]
    assert Anchor.objects.count() == 3


def test_people_come_along_only_when_asked_for(pattern: Study, ada: User) -> None:
    ben, dora, gone = make_member(pattern), make_member(pattern, Role.REVIEWER), make_member(pattern)
    Membership.objects.filter(user=ben).update(votes_per_day=50)
    Membership.objects.filter(user=gone).update(active=False)

    alone = create_like(by=ada, pattern=pattern, name="Alone", slug="alone")
    together = create_like(by=ada, pattern=pattern, name="Together", slug="together", with_people=True)

    assert [one.user for one in alone.memberships.all()] == [ada]
    found = together.memberships.values_list("user", "role", "votes_per_day").order_by("pk")
    assert [*found] == [(ada.pk, "manager", None), (ben.pk, "annotator", 50), (dora.pk, "reviewer", None)]
    pseudonyms = Membership.objects.filter(user=ben).values_list("pseudonym", flat=True)
    assert len(set(pseudonyms)) == 2


def test_what_is_named_goes_before_the_pattern(pattern: Study, ada: User) -> None:
    assert create_like(by=ada, pattern=pattern, name="Small", slug="small", votes_wanted=3).votes_wanted == 3


def test_a_pattern_without_a_protocol_gives_none(ada: User) -> None:
    study = create_like(by=ada, pattern=make_study(), name="Plain", slug="plain")

    assert not Protocol.objects.filter(study=study).exists()


def test_all_of_it_or_nothing(pattern: Study, ada: User) -> None:
    set_protocol(study=pattern, settings={"adaptive": True, "votes_cap": 9})

    with pytest.raises(InvalidInput, match="votes_cap"):
        create_like(by=ada, pattern=pattern, name="Many", slug="many", votes_wanted=11)
    with pytest.raises(Conflict, match="is taken"):
        create_like(by=make_user(), pattern=pattern, name="Twice", slug=pattern.slug)
    assert Study.objects.count() == 1
