"""Asking a SEAGULL model: an image is looked at once, then any number of its regions is assessed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.seagull import answers, prompts
from ml.seagull.drafts import draft
from ml.seagull.heads import HeadScores
from ml.seagull.language import Prefix
from ml.seagull.lowlevel import LowLevel
from ml.seagull.memory import out_of_memory
from ml.seagull.network import Seagull, Seen
from ml.seagull.preprocessing import RegionInputs, measure, prepare_image, prepare_regions
from ml.seagull.scoring import Assessment, assessments, questionnaire
from ml.seagull.speaking import Sentence, speak

Rgb = NDArray[np.uint8]
Masks = NDArray[np.bool_]
Found = TypeVar("Found")

REGIONS_PER_PASS: Final = 16
LONGEST_ANSWER: Final = 64
"""Tokens; six distortions take about 40."""


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


@dataclass(frozen=True)
class Views:
    """R regions of an image as the network sees them, R x 2 x hidden; scored and asked about without their masks."""

    tokens: Tensor
    flags: tuple[frozenset[str], ...]
    prefix: Prefix


class Predictor:
    """Deterministic. A region's numbers are the same alone, in any company and in any order: within 1e-4 in float32, and by
    the rounding of the type within 0.005 in float16 and 0.06 in bfloat16, of scales that are 5 long.

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
        with out_of_memory():
            low = measure(rgb, config)
            seen = self.seagull.see(prepare_image(rgb, config, low)[None].to(self.seagull.device))
            self._look = Look(rgb, low, seen, self.seagull.prefix(seen))

    def assess(self, masks: Masks) -> list[Assessment]:
        """RxHxW of the image's own size. When memory runs out, fewer regions at once are tried, from then on."""
        return [one for part in self._in_parts(masks, lambda part: self.score(self.views(part))) for one in part]

    def interview(self, masks: Masks, questions: Sequence[str]) -> list[tuple[Assessment, list[str]]]:
        """Numbers of each region as `assess` gives them, and the answers to the questions."""
        return [one for part in self._in_parts(masks, lambda part: self._interview(part, questions)) for one in part]

    @torch.inference_mode()
    def views(self, masks: Masks) -> Views:
        """RxHxW of the image's own size, all in one pass."""
        look, regions = self._looked(), self._regions(masks)
        return Views(self.seagull.region_tokens(look.seen, regions), regions.flags, look.prefix)

    @torch.inference_mode()
    def score(self, views: Views) -> list[Assessment]:
        states = self.seagull.read([self.questions.tree] * len(views.flags), views.tokens, views.prefix)
        logits = self.seagull.logits(states[:, self.questions.nodes])
        return assessments(self.questions.log_probabilities(logits), views.flags)

    def answers(self, views: Views, said: Sequence[Assessment], questions: Sequence[str]) -> list[list[str]]:
        """For each region the model's own sentences, the likeliest token at every step; what `score` said of it only
        makes them come sooner."""
        sentences = [[self._sentence(question, one) for question in questions] for one in said]
        speak(self.seagull, views.tokens, views.prefix, sentences, LONGEST_ANSWER)
        decode = self.seagull.tokens.decode
        return [[answers.tidy(decode(one.said)) for one in of_region] for of_region in sentences]

    @torch.inference_mode()
    def heads(self, masks: Masks) -> HeadScores:
        """What the direct heads say of R regions, in parts as `assess`. Raises ValueError for a network without heads."""
        heads = self.seagull.heads
        if heads is None:
            raise ValueError(f"the {self.seagull.config.preset} network has no direct heads")
        parts: list[HeadScores] = self._in_parts(masks, lambda part: heads(self.views(part).tokens))
        return HeadScores(*map(torch.cat, zip(*parts, strict=True))) if parts else heads(self.views(masks).tokens)

    def _in_parts(self, masks: Masks, ask: Callable[[Masks], Found]) -> list[Found]:
        """What `ask` says of the first few regions, of the next, and so on."""
        found: list[Found] = []
        done = 0
        while done < len(masks):
            part = masks[done : done + self.regions_per_pass]
            said = self._try(ask, part)
            if said is None:
                torch.cuda.empty_cache()
                continue
            found.append(said)
            done += len(part)
        return found

    def _try(self, ask: Callable[[Masks], Found], masks: Masks) -> Found | None:
        """None when memory ran out; `regions_per_pass` is then smaller. Returning first lets go of what was taken."""
        try:
            with out_of_memory():
                return ask(masks)
        except torch.OutOfMemoryError:
            if len(masks) == 1:
                raise
            self.regions_per_pass = len(masks) // 2
            return None

    def _interview(self, masks: Masks, questions: Sequence[str]) -> list[tuple[Assessment, list[str]]]:
        views = self.views(masks)
        said = self.score(views)
        return list(zip(said, self.answers(views, said, questions), strict=True))

    def _sentence(self, question: str, said: Assessment) -> Sentence:
        asked = self.seagull.tokens.encode(prompts.about(question))
        whole = self.seagull.tokens.encode(prompts.about(question, draft(question, said)))
        return Sentence(asked, whole[len(asked) :])

    def _regions(self, masks: Masks) -> RegionInputs:
        look, config = self._looked(), self.seagull.config
        return prepare_regions(look.rgb, masks, config, look.low).to(self.seagull.device)

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
