"""How a study is run: one of the ways we know, or its manager's own. A study without a protocol has no checks at all."""

import math
from collections.abc import Mapping
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction

from annotation.actions.deeds import note, note_changes
from annotation.enums import CheckPolicy, DeedKind
from annotation.errors import InvalidInput
from annotation.models import Protocol, Study, User

SETTINGS = tuple(field.name for field in Protocol._meta.fields if field.name != "study")


class Preset(StrEnum):
    LAB = "lab"
    STRICT = "strict"
    QUICK = "quick"


PRESETS: dict[Preset, dict[str, object] | None] = {
    Preset.LAB: {},
    Preset.STRICT: {"viewing_check": CheckPolicy.BLOCK, "exam_wanted": True},
    Preset.QUICK: None,
}
"""What differs from the defaults; None is no protocol."""


def set_protocol(*, study: Study, settings: Mapping[str, object], by: User | None = None) -> Protocol:
    """The study's protocol as a whole: what is not named gets its default. All of it or nothing.

    Raises InvalidInput naming the first setting that makes no sense.
    """
    unknown = sorted(set(settings) - set(SETTINGS))
    if unknown:
        raise InvalidInput(f"Unknown settings: {', '.join(unknown)}. Known: {', '.join(SETTINGS)}.")
    protocol = Protocol(study=study, **settings)
    check_protocol(protocol)
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        _note(Protocol.objects.filter(study=study).first(), protocol, by)
        Protocol.objects.update_or_create(study=study, defaults={name: getattr(protocol, name) for name in SETTINGS})
    return protocol


def drop_protocol(*, study: Study, by: User | None = None) -> None:
    """From now on nobody is checked, stopped or examined. What was found so far is kept."""
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        found = Protocol.objects.filter(study=study).first()
        if found is not None:
            note(study_id=study.pk, kind=DeedKind.PROTOCOL_DROPPED, by=by, before=_own_choices(found))
            found.delete()


def choose_preset(*, study: Study, preset: Preset, by: User | None = None) -> None:
    settings = PRESETS[preset]
    if settings is None:
        drop_protocol(study=study, by=by)
    else:
        set_protocol(study=study, settings=settings, by=by)


def _note(before: Protocol | None, protocol: Protocol, by: User | None) -> None:
    if before is None:
        note(study_id=protocol.study_id, kind=DeedKind.PROTOCOL_GIVEN, by=by, after=_own_choices(protocol))
        return
    old, new = ({name: getattr(row, name) for name in SETTINGS} for row in (before, protocol))
    note_changes(study_id=protocol.study_id, kind=DeedKind.PROTOCOL_CHANGED, by=by, before=old, after=new)


def _own_choices(protocol: Protocol) -> str:
    """What is not as we would have it."""
    ours = Protocol()
    others = [name for name in SETTINGS if getattr(protocol, name) != getattr(ours, name)]
    return ", ".join(f"{name} = {getattr(protocol, name)}" for name in others)


def check_protocol(protocol: Protocol) -> None:
    """Raises InvalidInput for a setting outside its range, or for settings that contradict each other."""
    try:
        protocol.clean_fields(exclude=["study"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidInput(f"{field}: {' '.join(messages)}") from error
    for name in SETTINGS:
        value = getattr(protocol, name)
        if isinstance(value, float) and not math.isfinite(value):
            raise InvalidInput(f"{name}: It must be a number.")
    for field, words in contradictions(protocol).items():
        raise InvalidInput(f"{field}: {words}")


def contradictions(protocol: Protocol) -> dict[str, str]:
    """By the setting to change."""
    found = {}
    if protocol.adaptive and protocol.votes_cap < protocol.study.votes_wanted:
        found["votes_cap"] = (
            f"The study asks for {protocol.study.votes_wanted} votes on every region, so the most cannot be fewer."
        )
    if protocol.break_minutes and not protocol.sitting_minutes:
        found["break_minutes"] = "A break needs a limit of the sitting; give both or neither."
    if protocol.warm_up and not protocol.sitting_minutes:
        found["warm_up"] = "A warm-up is the beginning of a sitting; without a limit of the sitting it must be 0."
    return found
