import os
import subprocess
import sys


def test_a_run_has_the_same_fingerprint_in_every_process() -> None:
    """A set of texts has another order in each; a resumed run once could not find itself again."""
    code = (
        "from ml.training.identity import fingerprint; from ml.training.recipes import RECIPES; "
        "print([fingerprint([], recipe, 1) for recipe in RECIPES.values()])"
    )

    said = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(said) == 1
