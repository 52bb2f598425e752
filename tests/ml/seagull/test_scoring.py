import math
import subprocess
import sys
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from ml.seagull import prompts
from ml.seagull.scoring import (
    CHOICES,
    IMPORTANCE,
    KIND,
    QUALITY,
    SEVERITY,
    Distribution,
    ScoringError,
    assessments,
    first_tokens,
    questionnaire,
    severities_of,
)
from ml.seagull.tokens import WordTokens
from ml.vocabulary import DISTORTIONS, SEVERITIES

TOKENS = WordTokens.of_this_project()


def even() -> dict[str, Tensor]:
    """One region about which nothing is known."""
    return {name: torch.zeros(1, len(words)).double().log_softmax(dim=1) for name, (_, words) in CHOICES.items()}


def log(*probabilities: float) -> Tensor:
    return torch.tensor([probabilities], dtype=torch.float64).log()


def test_a_distribution_has_an_expectation_and_an_entropy() -> None:
    sure, unsure = (
        Distribution.of(torch.tensor([0.0, 0, 0, 1, 0])),
        Distribution.of(torch.tensor([0.25, 0, 0.5, 0, 0.25])),
    )

    assert (sure.expectation, sure.entropy) == (3.0, 0.0)
    assert unsure.expectation == 2.0
    assert unsure.entropy == pytest.approx(1.5 * math.log(2))


def test_fifteen_choices_are_made_about_a_region() -> None:
    assert list(CHOICES) == [QUALITY, IMPORTANCE, KIND, SEVERITY, *SEVERITIES, *DISTORTIONS]
    assert CHOICES[KIND] == (prompts.about(prompts.ASK_DISTORTION), ("With", "Without"))
    assert CHOICES["minor"] == (prompts.about(prompts.ASK_DISTORTION, "With minor"), DISTORTIONS)
    assert CHOICES["blur"] == (prompts.about("Is this region in blur distortion?"), ("Yes", "No"))


def test_choices_are_made_where_the_next_word_stands_in_the_prompt() -> None:
    questions = questionnaire(TOKENS)

    for (text, choice), node, words in zip(CHOICES.values(), questions.nodes, questions.words, strict=True):
        path = next(path for path in questions.tree.paths if path[-1] == node)
        assert TOKENS.decode(questions.tree.ids[path].tolist()) == TOKENS.decode(TOKENS.encode(text))
        assert TOKENS.decode(words) == TOKENS.decode(TOKENS.encode(" ".join(choice)))


def test_questions_that_begin_alike_share_their_words() -> None:
    separate = sum(len(TOKENS.encode(text)) for text, _ in CHOICES.values())

    assert len(questionnaire(TOKENS).tree) < separate / 2


def test_only_the_words_of_a_choice_count() -> None:
    questions = questionnaire(TOKENS)
    logits = torch.full((1, len(CHOICES), 160), 50.0)
    logits[0, 0, list(questions.words[0])] = torch.tensor([0.1, 0.2, 0.3, 0.4, 1.0])

    found = questions.log_probabilities(logits)

    torch.testing.assert_close(found[QUALITY], torch.tensor([[0.1, 0.2, 0.3, 0.4, 1.0]]).double().log_softmax(dim=1))
    assert {name: tuple(numbers.shape) for name, numbers in found.items()} == {
        name: (1, len(words)) for name, (_, words) in CHOICES.items()
    }


def test_words_with_the_same_first_token_cannot_be_told_apart() -> None:
    with pytest.raises(ScoringError, match="two of blurred, noisy begin with the same token"):
        first_tokens(TOKENS, prompts.about(prompts.ASK_QUALITY, "The quality is"), ["blurred", "noisy"])


def test_severity_given_presence_is_bayes_rule() -> None:
    said = even() | {SEVERITY: log(0.1, 0.2, 0.3, 0.3, 0.1), "blur": log(0.8, 0.2)}
    blur = dict(zip(SEVERITIES, (0.5, 0.1, 0.2, 0.1, 0.4), strict=True))
    for word, chance in blur.items():
        said[word] = log(*(chance if name == "blur" else (1 - chance) / 5 for name in DISTORTIONS))

    found = severities_of("blur", said)

    joint = [0.1 * 0.5, 0.2 * 0.1, 0.3 * 0.2, 0.3 * 0.1, 0.1 * 0.4]
    wanted = [0.8 * part / sum(joint) for part in joint] + [0.2]
    assert found[0].tolist() == pytest.approx(wanted)


def test_a_word_that_is_all_but_impossible_makes_no_hole() -> None:
    said = even()
    for word in SEVERITIES:
        said[word] = torch.tensor([[-5000.0, 0, 0, 0, 0, 0]]).double()

    found = severities_of(DISTORTIONS[0], said)

    assert found[0].tolist() == pytest.approx([0.1] * 5 + [0.5])


def test_an_assessment_holds_every_distribution() -> None:
    said = even() | {QUALITY: log(0.0, 0.0, 0.0, 0.5, 0.5), KIND: log(0.3, 0.7)}

    assessed = assessments(said, [frozenset({"tiny"})])[0]

    levels: Sequence[str] = list(assessed.distortions)
    assert assessed.quality.expectation == pytest.approx(3.5)
    assert assessed.importance.entropy == pytest.approx(math.log(5))
    assert tuple(levels) == DISTORTIONS
    assert assessed.clean == pytest.approx(0.7)
    assert assessed.flags == {"tiny"}


def test_numbers_that_are_there_already_need_no_torch() -> None:
    program = """
import sys
from ml.seagull.scoring import Distribution
said = Distribution((0.0, 1.0), 1.0, 0.0)
print(said.expectation, "torch" in sys.modules)
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert answer.stdout == "1.0 False\n"
