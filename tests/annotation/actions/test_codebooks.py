import pytest

from annotation.actions.codebooks import publish_codebook
from annotation.actions.settings import change_settings
from annotation.errors import Conflict, InvalidInput
from annotation.models import Codebook, Study
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def numbers(study: Study) -> list[tuple[int, str]]:
    return list(Codebook.objects.filter(study=study).order_by("number").values_list("number", "guidelines"))


def test_while_a_study_is_set_up_the_first_text_may_be_written_again_and_again() -> None:
    study = make_study()
    ada = make_member(study, "manager")

    for text in ("Look.", "Look well."):
        assert publish_codebook(study=study, guidelines=text, by=ada, correction=True, number=1) == 1

    assert (study.guidelines, numbers(study)) == ("Look well.", [])


def test_a_new_version_has_a_new_number_and_votes_carry_it() -> None:
    study = make_study(guidelines="Look.", votes_wanted=2)
    region, ada = make_region(study), make_member(study, "manager")
    before = cast(region, make_member(study))

    number = publish_codebook(study=study, guidelines="Look twice.\r\n", by=ada, correction=False, number=1)
    after = cast(region, make_member(study))

    for vote in (before, after):
        vote.refresh_from_db()
    assert (number, study.codebook, study.guidelines) == (2, 2, "Look twice.")
    assert Codebook.objects.get(number=2).published_by == ada
    assert numbers(study) == [(1, "Look."), (2, "Look twice.")]
    assert (before.codebook, after.codebook) == (1, 2)


def test_a_correction_keeps_the_number_and_the_text_that_was_followed() -> None:
    study = make_study(guidelines="Lok.")
    cast(make_region(study), make_member(study))

    publish_codebook(study=study, guidelines="Look.", by=make_member(study, "manager"), correction=True, number=1)

    study.refresh_from_db()
    assert (study.codebook, study.guidelines, numbers(study)) == (1, "Look.", [(1, "Lok.")])


def test_two_managers_do_not_overwrite_each_other() -> None:
    study = make_study(guidelines="Look.")
    ada, eve = make_member(study, "manager"), make_member(study, "manager")
    publish_codebook(study=study, guidelines="Ada's.", by=ada, correction=False, number=1)

    with pytest.raises(Conflict) as refused:
        publish_codebook(study=study, guidelines="Eve's.", by=eve, correction=False, number=1)

    assert (refused.value.code, numbers(study)[-1]) == ("stale", (2, "Ada's."))


@pytest.mark.parametrize(("text", "error"), [("Look. ", Conflict), ("x" * 50_001, InvalidInput)])
def test_nothing_new_and_too_much_are_refused(text: str, error: type[Exception]) -> None:
    study = make_study(guidelines="Look.")

    with pytest.raises(error):
        publish_codebook(study=study, guidelines=text, by=make_member(study, "manager"), correction=False, number=1)

    study.refresh_from_db()
    assert (study.codebook, study.guidelines) == (1, "Look.")


def test_settings_change_guidelines_as_a_correction() -> None:
    study = make_study(guidelines="Lok.")
    cast(make_region(study), make_member(study))

    change_settings(study=study, changes={"guidelines": "Look."})

    study.refresh_from_db()
    assert (study.codebook, study.guidelines, numbers(study)) == (1, "Look.", [(1, "Lok.")])
