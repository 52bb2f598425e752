import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.seagull import answers
from ml.seagull.answers import Reading, parse, tidy
from ml.vocabulary import DISTORTIONS, IMPORTANCES, QUALITIES, SEVERITIES

WORDS = (*DISTORTIONS, *IMPORTANCES, *QUALITIES, *SEVERITIES)
PIECES = (
    "With",
    "without",
    "not",
    "nor",
    "free of",
    "any",
    "distortions",
    "The quality is",
    "This region is",
    "Yes",
    "No",
    ".",
    ",",
    "and",
    "\n",
    "</s>",
)
FOUND = st.dictionaries(st.sampled_from(DISTORTIONS), st.sampled_from(SEVERITIES), min_size=1)


@given(FOUND)
def test_an_analysis_of_distortions_is_read_as_it_was_written(found: dict[str, str]) -> None:
    pairs = [(severity, name) for name, severity in found.items()]

    assert parse(answers.distortion_sentence(pairs)) == Reading(
        distortions=tuple(sorted(pairs, key=lambda pair: pair[1]))
    )


@given(st.sets(st.sampled_from(DISTORTIONS), min_size=1))
def test_a_corrected_distortion_is_read_as_it_was_written(types: set[str]) -> None:
    found = tuple((None, name) for name in sorted(types))

    assert parse(answers.corrected_distortion([*types])) == Reading(distortions=found, verdict="no")


@pytest.mark.parametrize("word", QUALITIES)
def test_quality_is_read_as_it_was_written(word: str) -> None:
    assert parse(answers.quality_sentence(word)) == Reading(quality=word)
    assert parse(answers.corrected_quality(word)) == Reading(quality=word, verdict="no")


@pytest.mark.parametrize("word", IMPORTANCES)
def test_importance_is_read_as_it_was_written(word: str) -> None:
    assert parse(answers.importance_sentence(word)) == Reading(importance=word)
    assert parse(answers.corrected_importance(word)) == Reading(importance=word, verdict="no")


@pytest.mark.parametrize(
    "text, reading",
    [
        ("", Reading()),
        ("The sea is calm.", Reading()),
        ("Yes.", Reading(verdict="yes")),
        ("yes", Reading(verdict="yes")),
        ("Not at all, nothing.", Reading()),
        ("THE QUALITY IS GOOD.", Reading(quality="good")),
        ("The quality is splendid.", Reading()),
        ("Without distortions.", Reading(clean=True)),
        ("No. Without distortions.", Reading(clean=True, verdict="no")),
        ("With blur distortions.", Reading(distortions=((None, "blur"),))),
        ("Noise.", Reading(distortions=((None, "noise"),))),
        ("With minor\nblur distortions", Reading(distortions=(("minor", "blur"),))),
        ("This region is minor to the overall quality.", Reading(importance="minor")),
        ("With terrible noise distortions.", Reading(distortions=((None, "noise"),))),
    ],
)
def test_what_a_text_says(text: str, reading: Reading) -> None:
    assert parse(text) == reading


@pytest.mark.parametrize(
    "text, types",
    [
        ("The region has no blur.", []),
        ("With no noise distortions.", []),
        ("Without noise distortions.", []),
        ("No blur.", []),
        ("There is no visible blur or severe noise.", []),
        ("Neither blur nor noise.", []),
        ("The region isn't in blur.", []),
        ("It doesn’t suffer from blur, noise and contrast distortions.", []),
        ("Free of blur.", []),
        ("Blur is not present, and it is noise-free.", []),
        ("No blur and severe noise.", ["noise"]),
        ("No blur, but noise.", ["noise"]),
        ("Severe no noise blur.", ["blur"]),
        ("Not only blur.", ["blur"]),
        ("There is no doubt about blur.", ["blur"]),
        ("No. The region is in blur.", ["blur"]),
        ("No, blur.", ["blur"]),
        ("The quality is not good. With blur distortions.", ["blur"]),
    ],
)
def test_a_type_that_is_denied_is_not_there(text: str, types: list[str]) -> None:
    reading = parse(text)

    assert [name for _, name in reading.distortions] == types
    assert (reading.clean, reading.flags) == (False, frozenset())


@pytest.mark.parametrize(
    "text", ["No distortions.", "With no visible distortion.", "It does not have any distortions."]
)
def test_no_distortions_at_all_is_clean_and_no_verdict(text: str) -> None:
    assert parse(text) == Reading(clean=True)


@pytest.mark.parametrize(
    "text, verdict",
    [("No blur.", None), ("No blur. Yes.", None), ("No. No blur.", "no"), ("No, no distortions.", "no"), ("No", "no")],
)
def test_a_no_that_denies_something_is_no_verdict(text: str, verdict: str | None) -> None:
    assert parse(text).verdict == verdict


def test_no_other_distortions_says_nothing_of_the_first() -> None:
    assert parse("With minor blur distortions. No other distortions.") == Reading(distortions=(("minor", "blur"),))


def test_types_win_over_without_and_it_is_flagged() -> None:
    assert parse("Without distortions. With severe blur distortions.") == Reading(
        distortions=(("severe", "blur"),), flags=frozenset({"clean_with_types"})
    )


def test_of_a_type_said_twice_the_first_counts() -> None:
    assert parse("With minor blur, severe blur and trivial noise distortions.") == Reading(
        distortions=(("minor", "blur"), ("trivial", "noise")), flags=frozenset({"type_twice"})
    )


@given(st.one_of(st.text(), st.lists(st.sampled_from([*WORDS, *PIECES])).map(" ".join)))
def test_any_text_is_read_as_words_of_the_vocabulary(text: str) -> None:
    reading = parse(text)

    types = [name for _, name in reading.distortions]
    assert reading.quality in (None, *QUALITIES)
    assert reading.importance in (None, *IMPORTANCES)
    assert reading.verdict in (None, "yes", "no")
    assert [name for name in types if name not in DISTORTIONS] == []
    assert [severity for severity, _ in reading.distortions if severity not in (None, *SEVERITIES)] == []
    assert len(set(types)) == len(types)
    assert not (reading.clean and types)


@pytest.mark.parametrize(
    "said, kept",
    [
        ("The quality is good.</s>", "The quality is good."),
        (" ASSISTANT: The quality is good. ", "The quality is good."),
        ("With blur distortions. With blur distortions. With", "With blur distortions."),
        ("No. The quality is bad. No. Yes.", "No. The quality is bad."),
        ("Yes", "Yes."),
        ("</s> Yes.", ""),
        ("", ""),
    ],
)
def test_an_answer_is_tidied_as_published(said: str, kept: str) -> None:
    assert tidy(said) == kept


@given(st.text())
def test_any_text_can_be_tidied(text: str) -> None:
    assert "</s>" not in tidy(text)


def test_words_are_joined_as_in_a_sentence() -> None:
    assert answers.joined(["a"]) == "a"
    assert answers.joined(["a", "b"]) == "a and b"
    assert answers.joined(["a", "b", "c"]) == "a, b and c"
