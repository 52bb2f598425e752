"""What the language model reads and should say."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from ml.records.region import RegionRecord
from ml.seagull.tokens import WordTokens
from ml.training.questions import Lesson, Teacher, beside, draw
from ml.training.recipes import Questions, Weights
from ml.vocabulary import QUALITIES

TOKENS = WordTokens.of_this_project()
RECORD = RegionRecord("7", Path("gull.png"), "gull", "train", (9, 9), "", 1.25, 4.0, {"noise": 3.0, "blur": 0.4})


def lesson(
    questions: Questions, weights: Weights | None = None, *, record: RegionRecord = RECORD, epoch: int = 0
) -> Lesson:
    return Teacher(TOKENS, questions, weights or Weights()).lesson(record, seed=1, epoch=epoch)


def said(of: Lesson) -> dict[str, float]:
    return {TOKENS.words[target.id]: target.weight for target in of.targets}


def test_a_region_is_asked_three_analyses_and_three_judgments() -> None:
    asked = list(draw(RECORD, Questions(), random.Random(1)))

    assert [(one.task, one.kind) for one in asked] == [
        (task, kind) for kind in ("AIR", "JIR") for task in ("quality", "importance", "distortion")
    ]


def test_all_six_types_are_judged_by_one_word_each() -> None:
    asked = list(draw(RECORD, Questions(analyses=0.0, judgements=0.0, types=1.0), random.Random(1)))

    assert [one.answer for one in asked] == ["No", "Yes", "Yes", "No", "No", "No"]
    assert [one.complete for one in asked] == [False] * 6


def test_a_lesson_says_where_all_six_are_judged() -> None:
    of = lesson(Questions(judgements=0.0, types=1.0))

    words = [[TOKENS.words[target.id] for target in of.targets if target.node == node] for node in of.judged]
    assert words == [["No"], ["Yes"], ["Yes"], ["No"], ["No"], ["No"]]
    assert lesson(Questions()).judged == ()


def test_a_region_that_draws_no_question_is_asked_one() -> None:
    asked = list(draw(RECORD, Questions(analyses=0.0, judgements=0.0), random.Random(1)))

    assert [(one.task, one.kind) for one in asked] == [("quality", "AIR")]


def test_questions_change_with_the_epoch_only_where_they_are_drawn() -> None:
    drawn, fixed = Questions(drawn=True), Questions(drawn=False)

    assert lesson(drawn, epoch=1).targets == lesson(drawn, epoch=1).targets
    assert lesson(drawn, epoch=1).targets != lesson(drawn, epoch=2).targets
    assert lesson(fixed, epoch=1).targets == lesson(fixed, epoch=2).targets


def test_only_answers_are_targets_and_each_follows_its_own_node() -> None:
    of = lesson(Questions(judgements=0.0))
    answers = " ".join(TOKENS.words[target.id] for target in of.targets)

    assert answers == (
        "The quality is poor . </s> This region is essential to the overall quality . </s> "
        "With extreme blur and minor noise distortions . </s>"
    )
    assert {TOKENS.words[of.tree.ids[of.targets[place].node]] for place in (0, 6)} == {":"}
    assert [TOKENS.words[of.tree.ids[target.node]] for target in of.targets[1:5]] == ["The", "quality", "is", "poor"]


def test_the_places_of_the_region_come_first() -> None:
    of = lesson(Questions())

    assert of.tree.ids[:2].tolist() == [TOKENS.global_id, TOKENS.local_id]


def test_a_type_without_severity_teaches_only_that_there_are_distortions() -> None:
    unknown = replace(RECORD, distortions={"noise": None})

    of = lesson(Questions(judgements=0.0), record=unknown)

    assert [TOKENS.words[target.id] for target in of.targets[-2:]] == ["</s>", "With"]


def test_closed_set_words_may_weigh_more_than_the_grammar_around_them() -> None:
    weights = said(lesson(Questions(judgements=0.0), Weights(words=1.0, grammar=0.1)))

    heavy = {word for word, weight in weights.items() if weight == 1.0}
    assert heavy == {"poor", "essential", "With", "extreme", "blur", "minor", "noise"}


def test_soft_words_have_the_mean_as_their_expectation() -> None:
    weights = said(lesson(Questions(judgements=0.0), Weights(soft_words=True)))

    assert (weights["poor"], weights["fair"]) == (0.75, 0.25)
    assert weights["essential"] == 1.0


def test_the_choices_of_a_lesson_are_where_scoring_reads_the_level() -> None:
    of = lesson(Questions())

    assert {task: choice.mean for task, choice in of.choices.items()} == {"quality": 1.25, "importance": 4.0}
    assert [TOKENS.words[word] for word in of.choices["quality"].words] == [*QUALITIES]
    assert [TOKENS.words[of.tree.ids[choice.node]] for choice in of.choices.values()] == ["is", "is"]
    assert lesson(Questions(analyses=0.0)).choices == {}


@pytest.mark.parametrize(
    ("mean", "levels"), [(0.0, [(0, 1.0)]), (4.0, [(4, 1.0)]), (2.5, [(2, 0.5), (3, 0.5)]), (3.0, [(3, 1.0)])]
)
def test_levels_beside_a_mean(mean: float, levels: list[tuple[int, float]]) -> None:
    assert beside(mean) == levels
