"""The gate on real training: the shipped model meets a study whose people see quality in a way it does not know."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from ml import train
from ml.evaluation.correlation import srocc
from ml.evaluation.gate import Verdict, decide
from ml.evaluation.judging import judge_at
from ml.evaluation.measures import QUALITY
from ml.evaluation.report import Answers, ask
from ml.records.region import RegionRecord
from ml.shipped import TINY
from tests.ml.opinions import photographs, shuffled
from tests.ml.training.pupils import build_of

pytestmark = pytest.mark.slow
LEARNT, TESTED = 24, 20


class Study:
    """Photographs of both splits, and versions trained on some labels of the first."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.learnt = photographs(self.data, LEARNT, "train")
        self.tested = photographs(self.data, TESTED, "test")
        self.champion = self.asked(TINY)

    def asked(self, version: Path) -> Answers:
        return ask(judge_at(version), self.tested, version=version.name)

    def trained(
        self, name: str, learnt: Sequence[RegionRecord], *, epochs: str, rate: str, parent: Path = TINY
    ) -> Path:
        """The parent after stage 2."""
        build_of(self.data, [*learnt, *self.tested])
        out = self.folder / name
        how = ["--stage", "2", "--epochs", epochs, "--batch", "16", "--lr", rate, "--device", "cpu", "--no-test"]
        train.main([str(self.data), "--from", str(parent), "--out", str(out), *how])
        return out

    def verdict(self, candidate: Answers, champion: Answers | None = None) -> Verdict:
        return decide(candidate.records, (champion or self.champion).judged(), candidate.judged())


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as in `make test`: two threads add in another order, and f1_blur is at its edge
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_WAIT_POLICY", "PASSIVE")  # the command would set it for good
        yield Study(tmp_path_factory.mktemp("gate"))
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def people(study: Study) -> Path:
    """What the study's people have taught."""
    return study.trained("people", study.learnt, epochs="16", rate="1e-3")


@pytest.fixture(scope="module")
def taught(study: Study, people: Path) -> Answers:
    """What the version that they have taught says."""
    return study.asked(people)


def test_a_candidate_that_learnt_from_people_is_better(study: Study, taught: Answers) -> None:
    verdict = study.verdict(taught)

    assert [check.measure for check in verdict.checks if not check.passed] == []
    assert verdict.better
    assert lowest(verdict) > 0.1


def test_a_candidate_that_learnt_from_shuffled_labels_is_refused(study: Study, people: Path, taught: Answers) -> None:
    learnt = shuffled(study.learnt, seed=1)
    before, after = ([record.quality for record in records] for records in (study.learnt, learnt))
    assert abs(srocc(before, after)) < 0.1

    candidate = study.trained("shuffled", learnt, epochs="2.5", rate="1e-3", parent=people)
    verdict = study.verdict(study.asked(candidate), champion=taught)

    assert not verdict.better
    assert lowest(verdict) < -0.1


def test_a_champion_is_not_better_than_itself(study: Study) -> None:
    verdict = study.verdict(study.champion)

    assert not verdict.better
    assert {check.difference for check in verdict.checks} == {0.0, None}


def test_a_candidate_that_learnt_next_to_nothing_changes_nothing(study: Study) -> None:
    candidate = study.asked(study.trained("still", study.learnt, epochs="0.1", rate="1e-12"))

    verdict = study.verdict(candidate)

    assert not verdict.better
    said = [[one.quality for one in answers.judged()] for answers in (study.champion, candidate)]
    assert np.allclose(*said, atol=1e-3)


def lowest(verdict: Verdict) -> float:
    """The low end of the interval of quality's difference."""
    low = next(check.low for check in verdict.checks if check.measure == QUALITY)
    assert low is not None
    return low
