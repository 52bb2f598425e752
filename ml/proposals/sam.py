"""Segment-anything as a proposer: the image is encoded once, grid and clicks are answered from that embedding.

The only module of the proposers that loads torch.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch  # noqa: TID253 - this module is itself imported late
from numpy.typing import NDArray
from segment_anything import SamPredictor  # noqa: TID253
from segment_anything.utils.amg import batched_mask_to_box, build_point_grid, calculate_stability_score  # noqa: TID253
from torch import Tensor  # noqa: TID253
from torchvision.ops import batched_nms  # noqa: TID253

from ml.proposals.cleaning import one_part, without_pinholes
from ml.proposals.levels import graded
from ml.proposals.proposal import Box, Mask, NoRegionError, Point, Proposal, Rgb, check_prompt, proposal_of
from ml.proposals.sam_weights import build_sam, state_of
from ml.proposals.selection import keep
from ml.seagull.predictor import choose_device

REDUCTION = 4
"""The decoder's masks are this much smaller than the network's input."""


@dataclass(frozen=True)
class GridSettings:
    """How the automatic proposals are made. Grid and thresholds are below the official mask generator's own (32, 0.88 and
    0.95): fewer points, and of what they find more.

    points_per_side  the grid of single-point prompts       batch  prompts decoded at once
    min_iou          of the network's own estimate          min_stability  mask IoU under a shifted threshold
    max_overlap      box IoU above which the worse of two masks goes        most  masks brought to full size
    """

    points_per_side: int = 16
    batch: int = 64
    min_iou: float = 0.86
    min_stability: float = 0.92
    stability_offset: float = 1.0
    max_overlap: float = 0.7
    most: int = 48


def load_sam_proposer(
    checkpoint: Path, *, device: str | None = None, grid: GridSettings | None = None
) -> "SamProposer":
    """Any segment-anything checkpoint; its size (ViT-B, -L, -H or other) is read from the weights.

    Raises CheckpointError, and DeviceError for a device that is not there.
    """
    sam = build_sam(state_of(checkpoint)).to(choose_device(device)).eval()
    return SamProposer(SamPredictor(sam), grid or GridSettings())


class SamProposer:
    """See `Proposer` for the contract; one instance serves one thread."""

    source: ClassVar[str] = "sam"

    def __init__(self, predictor: SamPredictor, grid: GridSettings) -> None:
        self.predictor = predictor
        self.grid = grid

    def __copy__(self) -> "SamProposer":
        """With an image of its own; the network is shared."""
        return SamProposer(copy(self.predictor), self.grid)

    def set_image(self, rgb: Rgb) -> None:
        """Takes uint8 HxWx3 and encodes it."""
        self.predictor.set_image(rgb)

    @property
    def size(self) -> tuple[int, int]:
        """H, W of the image set."""
        if not self.predictor.is_image_set:
            raise RuntimeError("set_image comes first")
        height, width = self.predictor.original_size
        return int(height), int(width)

    @torch.inference_mode()
    def propose(self) -> list[Proposal]:
        """Masks of a grid of points that the network is sure of, near-duplicates dropped, best first."""
        parts = [_sure(logits, iou, self.grid) for logits, iou in self._decoded_grid()]
        logits, scores = torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])
        order = _distinct(logits, scores, self.grid)
        masks = [one_part(mask) for mask in self._full_size(logits[order])]
        found = [(mask, float(score)) for mask, score in zip(masks, scores[order], strict=True) if mask.any()]
        return keep(graded(found, source=self.source))

    def segment(self, points: Sequence[Point], box: Box | None = None) -> Proposal:
        """The region meant by clicks and box; see `Proposer.segment`."""
        height, width = self.size
        check_prompt(points, box, height, width)
        masks, scores, _ = self.predictor.predict(
            point_coords=np.array([[x + 0.5, y + 0.5] for x, y, _ in points]) if points else None,
            point_labels=np.array([int(positive) for _, _, positive in points]) if points else None,
            box=np.array([box[0], box[1], box[0] + box[2], box[1] + box[3]]) if box else None,
            multimask_output=len(points) == 1 and box is None,
        )
        best = int(np.where(masks.any(axis=(1, 2)), scores, -np.inf).argmax())
        # An empty one is no region, whatever is forced in afterwards: a disc at the click would look like an answer.
        mask = _obeying(masks[best].astype(np.bool_), points) if masks[best].any() else masks[best]
        if not mask.any():
            raise NoRegionError("the network sees no region there; try another point or a box")
        [proposal] = graded([(mask, float(scores[best]))], source=self.source)
        return proposal_of(mask, level=proposal.level, score=float(scores[best]), source=self.source)

    def _decoded_grid(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches of logits (Bx3xhxw, the decoder's size, padding cut off) and IoU estimates (Bx3)."""
        height, width = self.size
        grid = build_point_grid(self.grid.points_per_side) * np.array([[width, height]])
        points = self.predictor.transform.apply_coords(grid, (height, width))
        rows, columns = (-(-side // REDUCTION) for side in self.predictor.input_size)
        for start in range(0, len(points), self.grid.batch):
            batch = torch.as_tensor(points[start : start + self.grid.batch], dtype=torch.float32)
            logits, iou = self._decode(batch.to(self.predictor.device))
            yield logits[..., :rows, :columns], iou

    def _decode(self, points: Tensor) -> tuple[Tensor, Tensor]:
        sam = self.predictor.model
        labels = torch.ones((len(points), 1), dtype=torch.int, device=points.device)
        sparse, dense = sam.prompt_encoder(points=(points[:, None, :], labels), boxes=None, masks=None)
        logits, iou = sam.mask_decoder(
            image_embeddings=self.predictor.features,
            image_pe=sam.prompt_encoder.get_dense_pe(),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=True,
        )
        return logits, iou

    def _full_size(self, logits: Tensor) -> Iterator[Mask]:
        """Masks (bool HxW), one at a time: full-size logits of all would fill the memory."""
        size = self.size
        rows, columns = self.predictor.input_size
        for one in logits:
            network = torch.nn.functional.interpolate(
                one[None, None], scale_factor=REDUCTION, mode="bilinear", align_corners=False
            )[..., :rows, :columns]
            full = torch.nn.functional.interpolate(network, size, mode="bilinear", align_corners=False)
            yield (full[0, 0] > self.predictor.model.mask_threshold).cpu().numpy()


def _sure(logits: Tensor, iou: Tensor, grid: GridSettings) -> tuple[Tensor, Tensor]:
    """The masks (Khxw) of a batch that pass both thresholds, and the mean of both measures (K)."""
    flat, estimate = logits.flatten(0, 1), iou.flatten()
    stability = calculate_stability_score(flat, 0.0, grid.stability_offset)
    area = (flat > 0).flatten(1).any(dim=1)
    sure = (estimate >= grid.min_iou) & (stability >= grid.min_stability) & area
    return flat[sure], ((estimate + stability) / 2)[sure]


def _distinct(logits: Tensor, scores: Tensor, grid: GridSettings) -> Tensor:
    """Indexes of what non-maximum suppression leaves, best first."""
    boxes = batched_mask_to_box(logits > 0).float()
    order: Tensor = batched_nms(boxes, scores, torch.zeros_like(scores), grid.max_overlap)
    return order[: grid.most]


def _obeying(mask: Mask, points: Sequence[Point]) -> Mask:
    """`mask` cleaned, with a small disc forced in at positive clicks and out at negative ones that it disregards."""
    result: NDArray[Any] = without_pinholes(mask, 0.02)
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
    radius = max(1.0, max(mask.shape) / 150)
    for wanted in (True, False):
        for x, y, positive in points:
            if positive == wanted and result[y, x] != positive:
                result[(columns - x) ** 2 + (rows - y) ** 2 <= radius**2] = positive
    for x, y, positive in points:  # discs of neighbours may overlap; the clicked pixel itself is not up for debate
        result[y, x] = positive
    return result
