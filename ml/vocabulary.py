"""The words a SEAGULL model reads and writes (paper, sections 3.2 and 3.3); level 0 first."""

from typing import Final

DISTORTIONS: Final = ("exposure", "noise", "blur", "contrast", "colorfulness", "compression")
"""In the order of the study's scales; sentences list them in the alphabet's order."""
SEVERITIES: Final = ("extreme", "severe", "moderate", "minor", "trivial")
QUALITIES: Final = ("bad", "poor", "fair", "good", "excellent")
IMPORTANCES: Final = ("unimportant", "minor", "normal", "important", "essential")
CLEAN: Final = "clean"
"""The seventh class of Table 2: none of the six."""


def word_of(mean: float, words: tuple[str, ...]) -> str:
    """Eq. 1 with M = 4 for a mean of 0..4: 0..0.8 is the first word, 0.8 itself included, 3.2 exclusive..4 the last."""
    return words[level_of_mean(mean)]


def level_of_mean(mean: float) -> int:
    """Eq. 1 with M = 4: the smallest i with 5 * mean <= 4 * (i + 1), with room for the rounding of a stored mean."""
    if not 0.0 <= mean <= 4.0:
        raise ValueError(f"a mean opinion is between 0 and 4, not {mean}")
    return next(level for level in range(5) if 5 * mean <= 4 * (level + 1) + 1e-6)
