"""The learning rate over a run: a linear warm-up, then half a cosine down to zero (paper, section 5.1)."""

import math


def warmup_of(share: float, steps: float) -> float:
    """The warm-up of a run of so many steps, as a share of it: none where it is over before a second step.

    The first step's rate is zero, which is no loss to a run of hundreds, and all of a run of one.
    """
    return share if share * steps >= 1.0 else 0.0


def share_of_rate(progress: float, warmup: float) -> float:
    """0..1 of the highest rate at a progress of 0 (first step) .. 1 (end)."""
    if progress < warmup:
        return progress / warmup
    after = min(1.0, (progress - warmup) / (1.0 - warmup))
    return 0.5 * (1.0 + math.cos(math.pi * after))
