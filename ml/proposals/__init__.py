"""Regions of an image worth asking people about."""

from pathlib import Path

from ml.proposals.proposal import Proposal, Proposer
from ml.proposals.selection import choose, unlike

__all__ = ["Proposal", "Proposer", "choose", "load_proposer", "unlike"]


def load_proposer(checkpoint: Path | None, device: str | None = None) -> Proposer:
    """Segment-anything from the weights in `checkpoint`, or without one the embedded proposer.

    `device` is a torch device; by default CUDA where there is one. Raises CheckpointError for unusable weights.
    """
    if checkpoint is None:
        from ml.proposals.embedded import EmbeddedProposer  # slow import

        return EmbeddedProposer()
    from ml.proposals.sam import load_sam_proposer  # slow import

    return load_sam_proposer(checkpoint, device=device)
