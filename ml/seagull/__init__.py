"""SEAGULL: no-reference quality of image regions, by a language model that is shown the image and the region."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml.seagull.predictor import Predictor

__all__ = ["load_predictor"]


def load_predictor(directory: Path, device: str | None = None) -> "Predictor":
    """Of a version's directory. `device` is a torch device; by default CUDA where there is one, else the CPU.

    On a GPU the weights keep the precision that they are stored in: 7b in float32 would need twice the memory.
    """
    from ml.seagull.predictor import Predictor, choose_device  # slow import
    from ml.seagull.versions import load_version, precision

    place = choose_device(device)
    return Predictor(load_version(directory, place, precision(directory, place)), device)
