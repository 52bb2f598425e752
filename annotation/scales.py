"""The eight scales and the words of their levels (paper, section 3.2). No Django: arithmetic and formats build on it."""

DISTORTIONS = ("exposure", "noise", "blur", "contrast", "colorfulness", "compression")
SCALES = (*DISTORTIONS, "quality", "importance")
"""The order used everywhere."""

_SEVERITY = ("extreme", "severe", "moderate", "minor", "trivial", "non-existent")
WORDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(DISTORTIONS, _SEVERITY),
    "quality": ("bad", "poor", "fair", "good", "excellent"),
    "importance": ("unimportant", "minor", "normal", "important", "essential"),
}
"""The word of each level, level 0 first."""

TOP_LEVEL: dict[str, int] = {scale: len(words) - 1 for scale, words in WORDS.items()}
NON_EXISTENT = 5

AFFECTED, ALL = "affected", "all"
"""Which votes a severity is the mean of: those that saw the distortion, or all of them."""
