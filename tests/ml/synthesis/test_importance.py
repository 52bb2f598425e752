import json
from pathlib import Path

import numpy as np
import pytest

from ml.synthesis.build import build
from ml.synthesis.importance import knots, main
from ml.synthesis.labels import importance_of
from ml.synthesis.shards import lines_of
from tests.ml.synthesis.small_build import photographs, small_order


def test_with_its_own_knots_every_word_has_a_fifth_of_the_regions() -> None:
    harms = np.concatenate([np.zeros(100), np.random.default_rng(1).lognormal(-4, 1, 900)])

    importances = [importance_of(harm, knots(harms.tolist())) for harm in harms]

    counts, _ = np.histogram(importances, bins=5, range=(0, 4))
    assert counts.tolist() == pytest.approx([200] * 5, abs=3)
    assert importances[0] == 0.0


def test_the_command_reads_the_training_regions_of_a_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    build(out, small_order(photographs(tmp_path / "photos"), images=5))
    harms = [line["harm"] for line in lines_of(out) if line["split"] == "train"]

    main([str(out)])

    assert json.loads(capsys.readouterr().out) == {"importances": knots(harms)}
