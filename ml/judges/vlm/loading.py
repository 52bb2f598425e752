"""A vision-language model from a version's directory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from transformers import AutoModelForImageTextToText, AutoProcessor

from ml.judges.vlm.folder import files_of, model_type, read_vlm, shown
from ml.judges.vlm.judge import VlmJudge
from ml.seagull.manifest import VersionError
from ml.seagull.predictor import choose_device


def load_vlm(directory: Path, device: str | None = None) -> VlmJudge:
    """float32 on a CPU, the weights' own type elsewhere. Raises VersionError."""
    config, place = read_vlm(directory), choose_device(device)
    with _explained(directory), shown(directory, config) as folder:
        model, processor = _read(folder, dtype="float32" if place.type == "cpu" else "auto")
        return VlmJudge(model.to(place), processor, int(config["longest"]), int(config["regions_per_pass"]))


def check_model(model: Path) -> None:
    """Whether a version of this folder could be loaded, on a machine that may have no room for the numbers: names,
    shapes and words alone. Raises VersionError."""
    files = files_of(model)
    model_type(model)
    with _explained(model), shown(model, {"model": str(model), "files": files}) as folder:
        VlmJudge(*_read(folder, device_map="meta"))


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    """Raises VersionError for whatever transformers says of files that it can do nothing with."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, ImportError, AttributeError, SafetensorError) as error:
        raise VersionError(f"{directory} holds no vision-language model that can be asked: {error}") from error


def _read(folder: Path, **how: Any) -> tuple[Any, Any]:
    """The model and its processor. Raises VersionError for weights that transformers would fill at random."""
    safely = {"local_files_only": True, "trust_remote_code": False}
    model, found = AutoModelForImageTextToText.from_pretrained(
        folder, use_safetensors=True, output_loading_info=True, ignore_mismatched_sizes=True, **how, **safely
    )
    for name in sorted(found["missing_keys"]):  # without those that are tied to others
        raise VersionError(f"its weights lack {name}")
    for name, held, wanted in sorted(found["mismatched_keys"]):
        raise VersionError(f"its weights hold {name} of {tuple(held)} instead of {tuple(wanted)}")
    return model, AutoProcessor.from_pretrained(folder, **safely)
