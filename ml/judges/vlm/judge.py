"""Closed-set answers of a vision-language model about boxed regions, as distributions."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch
from PIL import Image
from torch import Tensor

from ml.judges.inputs import Masks, Rgb, checked_image, checked_masks
from ml.judges.vlm.boxes import boxed, shrunk
from ml.judges.vlm.folder import LONGEST, REGIONS_PER_PASS
from ml.judges.vlm.prompts import CLEAN, IMPORTANCE, QUALITY, QUESTIONS
from ml.judges.vlm.texts import first_tokens_of, prompt_for
from ml.seagull.memory import out_of_memory
from ml.seagull.predictor import NoImageError
from ml.seagull.regions import box_of, extent_of, flags_of
from ml.seagull.scoring import Assessment, Distribution
from ml.vocabulary import DISTORTIONS

YES: Final = 0


class VlmJudge:
    """Every question is a pass of its own over some regions. They share text and size, so that nothing is padded and no
    region's answer depends on another's."""

    def __init__(
        self, model: Any, processor: Any, longest: int = LONGEST, regions_per_pass: int = REGIONS_PER_PASS
    ) -> None:
        """A model and the processor made for it, from transformers. Raises ScoringError."""
        self.model, self.processor = model.eval(), processor
        self.longest, self.regions_per_pass = longest, regions_per_pass
        self.words = {name: first_tokens_of(processor.tokenizer, asked) for name, asked in QUESTIONS.items()}
        takes = inspect.signature(model.forward).parameters
        self._last_only = {"logits_to_keep": 1} if "logits_to_keep" in takes else {}
        self._rgb: Rgb | None = None

    def set_image(self, rgb: Rgb) -> None:
        """HxWx3 of 0..255. Raises InputError."""
        self._rgb = None
        self._rgb = checked_image(rgb)
        self._small = shrunk(rgb, self.longest)

    def assess(self, masks: Masks) -> list[Assessment]:
        """RxHxW of the image's own size. When memory runs out, fewer regions at once are tried, from then on.

        Raises InputError, and NoImageError before `set_image`.
        """
        if self._rgb is None:
            raise NoImageError("no image to look at: call set_image first")
        checked_masks(masks, self._rgb)
        done: list[Assessment] = []
        while len(done) < len(masks):
            found = self._try(self._rgb, masks[len(done) : len(done) + self.regions_per_pass])
            if found is None:
                torch.cuda.empty_cache()
                continue
            done += found
        return done

    def _try(self, rgb: Rgb, masks: Masks) -> list[Assessment] | None:
        """None when memory ran out; `regions_per_pass` is then smaller. Returning first lets go of what was taken."""
        try:
            with out_of_memory():
                pictures = [boxed(self._small, box_of(mask), rgb.shape[:2]) for mask in masks]
                shares = {name: self.shares(name, pictures) for name in QUESTIONS}
        except torch.OutOfMemoryError:
            if len(masks) == 1:
                raise
            self.regions_per_pass = len(masks) // 2
            return None
        return [_assessment(shares, row, flags_of(extent_of(mask))) for row, mask in enumerate(masks)]

    @torch.inference_mode()
    def shares(self, name: str, pictures: Sequence[Image.Image]) -> Tensor:
        """R x words of a question: the softmax over their first tokens, float64 on the CPU."""
        text, options = prompt_for(self.processor, QUESTIONS[name])
        inputs = self.processor(
            text=[text] * len(pictures), images=[[picture] for picture in pictures], return_tensors="pt", **options
        ).to(self.model.device, dtype=self.model.dtype)
        logits: Tensor = self.model(**inputs, **self._last_only).logits[:, -1]
        return logits[:, list(self.words[name])].double().cpu().softmax(dim=1)


def _assessment(shares: Mapping[str, Tensor], row: int, flags: frozenset[str]) -> Assessment:
    return Assessment(
        quality=Distribution.of(shares[QUALITY][row]),
        importance=Distribution.of(shares[IMPORTANCE][row]),
        distortions={name: Distribution.of(shares[name][row]) for name in DISTORTIONS},
        clean=float(shares[CLEAN][row, YES]),
        flags=flags,
    )
