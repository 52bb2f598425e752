"""What a network learns from its losses, and what it sees of a lesson."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ml.images import read
from ml.records.region import RegionRecord
from ml.seagull.network import Seagull
from ml.seagull.predictor import Predictor
from ml.seagull.prompts import ASK_QUALITY
from ml.training.loop import Run, train
from ml.training.order import Chunk
from ml.training.parts import spread
from ml.training.pictures import Pictures
from ml.training.pupil import Pupil, nothing_before
from ml.training.questions import Teacher
from ml.training.recipes import Questions, Weights
from tests.ml.training.pupils import SMALL, small
from tests.ml.training.test_loop import WHOLE, lines

ALL = frozenset({"encoder", "projector", "extractor", "language", "heads"})


def ask(seagull: Seagull, records: Sequence[RegionRecord]) -> tuple[list[str], list[float]]:
    """Sentences and expectations of the quality."""
    predictor = Predictor(seagull.eval())
    answers, expected = [], []
    for record in records:
        predictor.set_image(read(record.image))
        ((assessed, [sentence]),) = predictor.interview(record.mask()[None], [ASK_QUALITY])
        answers.append(sentence)
        expected.append(assessed.quality.expectation)
    return answers, expected


def by_heads(seagull: Seagull, records: Sequence[RegionRecord]) -> list[float]:
    """The quality that the direct heads say."""
    predictor, found = Predictor(seagull.eval()), []
    for record in records:
        predictor.set_image(read(record.image))
        found.append(float(predictor.heads(record.mask()[None]).quality))
    return found


def test_types_are_learnt_against_each_other_directly_and_in_words(records: list[RegionRecord], run: Run) -> None:
    few = [replace(records[place], distortions={name: 2.0}) for place, name in ((0, "noise"), (2, "blur"))]
    seagull = small()
    spread(seagull)
    questions = Questions(analyses=0.0, judgements=0.0, types=1.0)
    weights = Weights(types=1.0, judged=1.0)
    recipe = replace(WHOLE, trained=ALL, rate=8e-3, epochs=20, questions=questions, weights=weights, decay=0.0)

    train(seagull, few, recipe, run)

    first, last = lines(run)[0], lines(run)[-1]
    assert [last[part] < first[part] / 4 for part in ("types", "judged")] == [True, True]


def test_what_is_said_agrees_with_the_direct_heads_whatever_the_labels_are(
    records: list[RegionRecord], run: Run
) -> None:
    few = [replace(record, quality=0.0) for record in records[:8:2]]
    seagull = small()
    spread(seagull)
    only = Weights(language=1e-6, agreed=1.0)
    recipe = replace(WHOLE, trained=frozenset({"language"}), rate=8e-3, epochs=50, weights=only, decay=0.0)

    train(seagull, few, recipe, run)

    _, said = ask(seagull, few)
    assert said == pytest.approx(by_heads(seagull, few), abs=0.2)
    assert min(said) > 1.0
    assert lines(run)[-1]["agreed"] < lines(run)[0]["agreed"]


def test_four_regions_are_learnt_by_heart(records: list[RegionRecord], run: Run) -> None:
    few = [replace(record, quality=float(2 * (place % 3))) for place, record in enumerate(records[:8:2])]
    seagull = small()
    spread(seagull)
    recipe = replace(WHOLE, trained=ALL, rate=8e-3, epochs=50, questions=Questions(judgements=0.0), decay=0.0)

    train(seagull, few, recipe, run)

    answers, assessed = ask(seagull, few)
    assert answers == [
        "The quality is bad.",
        "The quality is fair.",
        "The quality is excellent.",
        "The quality is bad.",
    ]
    assert assessed == pytest.approx([0.0, 2.0, 4.0, 0.0], abs=0.2)
    assert lines(run)[-1]["language"] < 0.02 * lines(run)[0]["language"]


def test_a_blind_model_reads_regions_without_the_image(records: list[RegionRecord]) -> None:
    seagull = small()
    pictures, teacher = Pictures([tuple(records[:2])], SMALL), Teacher(seagull.tokens, WHOLE.questions, WHOLE.weights)
    lessons = [teacher.lesson(record, seed=1, epoch=0) for record in records[:2]]
    pupil = Pupil(seagull, WHOLE.weights)

    losses = pupil([pictures.example(Chunk(0, (0, 1)))], lessons, blind=True)
    losses.total.backward()

    assert len(nothing_before(seagull)) == 0
    assert float(seagull.projector[0].weight.grad.abs().sum()) == 0.0
    assert float(seagull.extractor.global_view.fuse.weight.grad.abs().sum()) > 0.0
