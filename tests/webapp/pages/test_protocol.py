import pytest

from annotation.actions.protocols import SETTINGS, set_protocol
from annotation.models import Protocol
from tests.webapp.pages.cast import Cast, client_of
from webapp.api.protocol import ProtocolGiven, ProtocolSettings
from webapp.pages.forms.protocol import GROUPS

pytestmark = pytest.mark.django_db
PATH = "/studies/gulls/settings/protocol"


def fields(**changes: object) -> dict[str, object]:
    shares = {name: f"{100 * value:g} %" for name, value in vars(Protocol()).items() if isinstance(value, float)}
    found = {name: getattr(Protocol(), name) for name in SETTINGS} | shares | changes
    return {name: value for name, value in found.items() if value not in (None, False)}


def test_saving_the_form_begins_a_protocol_and_changes_it(scene: Cast) -> None:
    client = client_of(scene.people["manager"])

    client.post(PATH, fields(warm_up=5, exam_wanted=True))
    client.post(PATH, fields(warm_up=2))

    protocol = Protocol.objects.get()
    assert (protocol.warm_up, protocol.exam_wanted) == (2, False)


@pytest.mark.parametrize(
    "typed, stored",
    [("7", 0.07), ("7 %", 0.07), ("12.5%", 0.125), ("12,5 ％", 0.125), ("0", 0), ("0.5 %", 0.005), ("33.3", 0.333)],
)
def test_shares_are_typed_in_percent(scene: Cast, typed: str, stored: float) -> None:
    client = client_of(scene.people["manager"])

    client.post(PATH, fields(repeat_share=typed, exam_within="80", exam_balanced="100 %"))

    protocol = Protocol.objects.get()
    assert (protocol.repeat_share, protocol.exam_within, protocol.exam_balanced) == (stored, 0.8, 1)


def test_shares_are_shown_as_they_may_be_typed(scene: Cast) -> None:
    set_protocol(study=scene.study, settings={"repeat_share": 0.005, "exam_within": 0.07})
    client = client_of(scene.people["manager"])

    shown = {one.name: one.value() for one in client.get(PATH).context["form"]}
    shares = {name: shown[name] for name in ("repeat_share", "exam_within", "exam_balanced")}
    assert shares == {"repeat_share": "0.5 %", "exam_within": "7 %", "exam_balanced": "80 %"}

    client.post(PATH, fields(**shares))
    assert (Protocol.objects.get().repeat_share, Protocol.objects.get().exam_within) == (0.005, 0.07)


@pytest.mark.parametrize(
    "wrong",
    [{"sitting_minutes": 0}, {"warm_up": 99}, {"viewing_check": "x"}, {"repeat_share": "60 %"}, {"exam_within": "nan"},
     {"exam_within": "0.8"}, {"exam_balanced": "101"}, {"exam_within": "-1"}, {"exam_within": "many"},
     {"adaptive": True, "votes_cap": 0}],
)  # fmt: skip
def test_settings_that_make_no_sense_change_nothing_and_say_why(scene: Cast, wrong: dict[str, object]) -> None:
    set_protocol(study=scene.study, settings={"gold_every": 7})

    answer = client_of(scene.people["manager"]).post(PATH, fields(gold_every=9) | wrong)

    assert (answer.status_code, b'role="alert"' in answer.content) == (400, True)
    assert Protocol.objects.get().gold_every == 7


def test_a_study_can_go_without(scene: Cast) -> None:
    set_protocol(study=scene.study, settings={})

    client_of(scene.people["manager"]).post(f"{PATH}/none")

    assert Protocol.objects.count() == 0


def test_form_api_and_row_have_the_same_settings() -> None:
    in_form = [name for _, _, names in GROUPS for name in names]

    assert sorted(in_form) == sorted(SETTINGS)
    assert list(ProtocolSettings.__annotations__) == list(SETTINGS)
    assert list(ProtocolGiven().fields) == list(SETTINGS)
