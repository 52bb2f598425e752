"""A vision-language model from a version's directory."""

from pathlib import Path
from typing import Any

from transformers import AutoModelForImageTextToText, AutoProcessor

from ml.judges.vlm.folder import read_vlm, shown
from ml.judges.vlm.judge import VlmJudge
from ml.seagull.manifest import VersionError
from ml.seagull.predictor import choose_device


def load_vlm(directory: Path, device: str | None = None) -> VlmJudge:
    """float32 on a CPU, the weights' own type elsewhere. Raises VersionError."""
    config, place = read_vlm(directory), choose_device(device)
    safely = {"local_files_only": True, "trust_remote_code": False}
    try:
        with shown(directory, config) as folder:
            model: Any = AutoModelForImageTextToText.from_pretrained(
                folder, use_safetensors=True, dtype="float32" if place.type == "cpu" else "auto", **safely
            )
            processor = AutoProcessor.from_pretrained(folder, **safely)
        return VlmJudge(model.to(place), processor, int(config["longest"]), int(config["regions_per_pass"]))
    except (OSError, ValueError, KeyError, TypeError, ImportError, AttributeError) as error:
        raise VersionError(f"{directory} holds no vision-language model that can be asked: {error}") from error
