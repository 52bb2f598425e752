"""A prelabel in the words of the scales: what a person reads when it is shown to them."""

from annotation.aggregation.readings import read_scale
from annotation.models import Prelabel
from annotation.scales import SCALES, WORDS


def guessed_words(prelabel: Prelabel) -> dict[str, str]:
    return {scale: read_scale(scale, prelabel.probabilities(scale)).word for scale in SCALES}


def guessed_levels(prelabel: Prelabel) -> list[int]:
    """The levels of these words, in the order of SCALES."""
    return [WORDS[scale].index(word) for scale, word in guessed_words(prelabel).items()]
