import pytest

from annotation.actions.protocols import SETTINGS, Preset, choose_preset, drop_protocol, set_protocol
from annotation.enums import CheckPolicy
from annotation.errors import InvalidInput
from annotation.models import Deed, Protocol, Study
from tests.factories import make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


def test_what_is_not_named_gets_its_default(study: Study) -> None:
    set_protocol(study=study, settings={"warm_up": 5, "repeat_share": 0.1})
    set_protocol(study=study, settings={"gold_every": 0})

    protocol = Protocol.objects.get()
    assert (protocol.warm_up, protocol.repeat_share, protocol.gold_every) == (3, 0.05, 0)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"sitting": 5}, "Unknown settings: sitting"),
        ({"viewing_check": "perhaps"}, "viewing_check"),
        ({"repeat_share": 0.6}, "repeat_share"),
        ({"exam_within": float("nan")}, "exam_within"),
        ({"warm_up": -1}, "warm_up"),
        ({"warm_up": None}, "warm_up"),
        ({"adaptive": True, "votes_cap": 3}, "votes_cap: The study asks for 7 votes"),
        ({"sitting_minutes": 0}, "break_minutes: A break needs a limit"),
        ({"sitting_minutes": 0, "break_minutes": 0}, "warm_up: A warm-up is the beginning"),
    ],
)
def test_settings_that_make_no_sense_change_nothing(study: Study, settings: dict[str, object], words: str) -> None:
    set_protocol(study=study, settings={"warm_up": 1})

    with pytest.raises(InvalidInput, match=words):
        set_protocol(study=study, settings=settings)

    assert Protocol.objects.get().warm_up == 1


def test_another_study_s_protocol_is_not_touched(study: Study) -> None:
    other = make_study()
    set_protocol(study=other, settings={"warm_up": 5})

    drop_protocol(study=study)
    set_protocol(study=study, settings={"warm_up": 1})
    drop_protocol(study=study)

    assert list(Protocol.objects.values_list("study", "warm_up")) == [(other.pk, 5)]
    said = Deed.objects.filter(study=study).order_by("pk").values_list("kind", "before")
    assert list(said) == [("protocol_given", ""), ("protocol_dropped", "warm_up = 1")]


def test_a_study_may_be_without_sittings(study: Study) -> None:
    set_protocol(study=study, settings={"sitting_minutes": 0, "break_minutes": 0, "warm_up": 0})

    assert Protocol.objects.get().sitting_minutes == 0


def test_the_ways_we_know(study: Study) -> None:
    choose_preset(study=study, preset=Preset.LAB)
    lab = Protocol.objects.get()
    choose_preset(study=study, preset=Preset.STRICT)
    strict = Protocol.objects.get()
    choose_preset(study=study, preset=Preset.QUICK)

    assert (lab.viewing_check, lab.exam_wanted) == (CheckPolicy.WARN, False)
    assert (strict.viewing_check, strict.exam_wanted) == (CheckPolicy.BLOCK, True)
    assert Protocol.objects.count() == 0
    drop_protocol(study=study)


def test_every_field_is_a_setting() -> None:
    assert len(SETTINGS) == 23
