"""Asking a SEAGULL model: an image is looked at once, then any number of its regions is assessed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from ml import images
from ml.seagull import answers, prompts
from ml.seagull.heads import HeadScores
from ml.seagull.language import Prefix, greedy
from ml.seagull.lowlevel import LowLevel
from ml.seagull.network import Seagull, Seen
from ml.seagull.preprocessing import measure, prepare_image, prepare_regions
from ml.seagull.scoring import Assessment, assessments, questionnaire

Rgb = NDArray[np.uint8]
Masks = NDArray[np.bool_]

REGIONS_PER_PASS: Final = 16
LONGEST_ANSWER: Final = 64
"""Tokens; six distortions take about 40."""
FAILURES: Final = (ValueError, OSError, torch.OutOfMemoryError)
"""What one image may do without stopping the others."""


class DeviceError(ValueError):
    """A device that this machine does not have."""


class NoImageError(ValueError):
    """A question about a region before `set_image`."""


@dataclass(frozen=True)
class Look:
    """Everything about an image that no region changes."""

    rgb: Rgb
    low: LowLevel | None
    seen: Seen
    prefix: Prefix


class Predictor:
    """Deterministic. A region's numbers are the same alone, in any company and in any order: within 1e-4 in float32,
    within the rounding of the type in half precision.

    Holds one image at a time: threads share the network, each with a predictor of its own.
    """

    def __init__(
        self,
        seagull: Seagull,
        device: str | None = None,
        dtype: torch.dtype | None = None,
        regions_per_pass: int = REGIONS_PER_PASS,
    ) -> None:
        """Moves the network. `dtype` is by default float32 on a CPU and the weights' own elsewhere."""
        place = choose_device(device)
        own = torch.float32 if place.type == "cpu" else seagull.dtype
        self.seagull = seagull.to(device=place, dtype=dtype or own).eval()
        self.regions_per_pass = regions_per_pass
        self.questions = questionnaire(seagull.tokens)
        self._look: Look | None = None

    @torch.inference_mode()
    def set_image(self, rgb: Rgb) -> None:
        """HxWx3 of 0..255. Raises InputError, and OutOfMemoryError where even one image is too much."""
        self._look = None
        config = self.seagull.config
        low = measure(rgb, config)
        seen = self.seagull.see(prepare_image(rgb, config, low)[None].to(self.seagull.device))
        self._look = Look(rgb, low, seen, self.seagull.prefix(seen))

    def assess(self, masks: Masks) -> list[Assessment]:
        """RxHxW of the image's own size. When memory runs out, fewer regions at once are tried, from then on."""
        done: list[Assessment] = []
        while len(done) < len(masks):
            found = self._try(masks[len(done) : len(done) + self.regions_per_pass])
            if found is None:
                torch.cuda.empty_cache()
                continue
            done += found
        return done

    @torch.inference_mode()
    def heads(self, masks: Masks) -> HeadScores:
        """What the direct heads say of R regions. Raises ValueError for a network without heads."""
        look, network = self._looked(), self.seagull
        if network.heads is None:
            raise ValueError(f"the {network.config.preset} network has no direct heads")
        regions = prepare_regions(look.rgb, masks, network.config, look.low).to(network.device)
        scores: HeadScores = network.heads(network.region_tokens(look.seen, regions))
        return scores

    @torch.inference_mode()
    def answer(self, mask: Masks, question: str) -> str:
        """The model's own sentences about a region, HxW; the likeliest word at every step."""
        look, tokens = self._looked(), self.seagull.tokens
        regions = prepare_regions(look.rgb, mask[None], self.seagull.config, look.low).to(self.seagull.device)
        views = self.seagull.region_tokens(look.seen, regions)
        words = self.seagull.words(torch.tensor([tokens.encode(prompts.about(question))]))
        embedded = torch.cat([views, words[:, 2:]], dim=1)
        said = greedy(self.seagull.language, embedded, look.prefix, tokens, LONGEST_ANSWER)
        return answers.tidy(tokens.decode(said))

    def predict_many(self, pictures: Iterable[tuple[Path | Rgb, Masks]]) -> Iterator[list[Assessment] | Exception]:
        """For each image with its masks the assessments, or the error where it alone could not be assessed."""
        for picture, masks in pictures:
            try:
                self.set_image(images.read(picture) if isinstance(picture, Path) else picture)
                yield self.assess(masks)
            except FAILURES as error:
                yield error.with_traceback(None)  # which would hold on to the memory of what failed

    def _try(self, masks: Masks) -> list[Assessment] | None:
        """None when memory ran out; `regions_per_pass` is then smaller. Returning first lets go of what was taken."""
        try:
            return self._assess(masks)
        except torch.OutOfMemoryError:
            if len(masks) == 1:
                raise
            self.regions_per_pass = len(masks) // 2
            return None

    @torch.inference_mode()
    def _assess(self, masks: Masks) -> list[Assessment]:
        look = self._looked()
        regions = prepare_regions(look.rgb, masks, self.seagull.config, look.low).to(self.seagull.device)
        views = self.seagull.region_tokens(look.seen, regions)
        states = self.seagull.read([self.questions.tree] * len(masks), views, look.prefix)
        logits = self.seagull.logits(states[:, self.questions.nodes])
        return assessments(self.questions.log_probabilities(logits), regions.flags)

    def _looked(self) -> Look:
        if self._look is None:
            raise NoImageError("no image to look at: call set_image first")
        return self._look


def choose_device(name: str | None = None) -> torch.device:
    """The named one, or CUDA where there is one, or the CPU. Raises DeviceError."""
    if name is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    device = torch.device(name)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise DeviceError(f"{name} is asked for, but no CUDA device can be used here; cpu can")
    return device
