import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ml.records.region import RegionRecord
from ml.seagull.presets import TINY
from ml.training.identity import fingerprint
from ml.training.recipes import RECIPES


def test_a_run_has_the_same_fingerprint_in_every_process() -> None:
    """A set of texts has another order in each; a resumed run once could not find itself again."""
    code = (
        "from ml.training.identity import fingerprint; from ml.training.recipes import RECIPES; "
        "from ml.seagull.presets import TINY; "
        "print([fingerprint([], recipe, 1, TINY, None) for recipe in RECIPES.values()])"
    )

    said = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(said) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"quality": 1.5},
        {"importance": 1.5},
        {"distortions": {}},
        {"distortions": {"blur": None}},
        {"counts": "other"},
        {"image": Path("other.png")},
    ],
    ids=str,
)
def test_a_run_on_other_labels_is_another_run(change: dict[str, Any]) -> None:
    """Importance and distortions once did not count: a checkpoint went on with labels that it had not begun with."""
    learnt = RegionRecord("1", Path("a.png"), "a", "train", (9, 9), "counts", 2.0, 2.0, {"blur": 1.0})
    recipe = RECIPES["tiny", 2]

    names = {fingerprint([one], recipe, 1, TINY, None) for one in (learnt, replace(learnt), replace(learnt, **change))}

    assert len(names) == 2


def test_a_run_from_elsewhere_or_with_other_views_is_another_run() -> None:
    recipe, blinkered = RECIPES["tiny", 1], replace(TINY, local_view=False)

    names = [
        fingerprint([], recipe, 1, config, parent)
        for config, parent in ((TINY, None), (TINY, "a"), (TINY, "b"), (blinkered, "a"))
    ]

    assert len(set(names)) == 4
