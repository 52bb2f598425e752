"""What a region's sentences will very likely be, told from its closed-set scores before the model has written them."""

from collections.abc import Sequence

from ml.seagull import answers, prompts
from ml.seagull.scoring import Assessment, Distribution
from ml.vocabulary import DISTORTIONS, IMPORTANCES, QUALITIES, SEVERITIES

PRESENT = 0.5
"""A distortion is expected in the sentence when it is likelier there than not."""


def draft(question: str, said: Assessment) -> str:
    """Only a guess, to be verified word by word (`speaking`); empty for a question that is none of the analyses."""
    if question == prompts.ASK_QUALITY:
        return answers.quality_sentence(_likeliest(said.quality, QUALITIES))
    if question == prompts.ASK_IMPORTANCE:
        return answers.importance_sentence(_likeliest(said.importance, IMPORTANCES))
    return _of_distortions(said) if question == prompts.ASK_DISTORTION else ""


def follow_up(draft: Sequence[int], token: int) -> Sequence[int]:
    """What may come after a token where a draft went on otherwise: what follows that token further on in the draft, or
    else what follows the token that it took the place of."""
    place = draft.index(token) if token in draft else 0
    return draft[place + 1 :]


def _of_distortions(said: Assessment) -> str:
    """A model that has begun with `With` names one kind at least: the likeliest, if none is likely."""
    if said.clean > PRESENT:
        return answers.WITHOUT
    there = {name: 1.0 - said.distortions[name].probabilities[-1] for name in DISTORTIONS}
    expected = [name for name in DISTORTIONS if there[name] > PRESENT] or [max(there, key=lambda name: there[name])]
    return answers.distortion_sentence([(_likeliest(said.distortions[name], SEVERITIES), name) for name in expected])


def _likeliest(said: Distribution, words: Sequence[str]) -> str:
    """Among the words, which are the first levels of the distribution."""
    return max(zip(said.probabilities, words, strict=False), key=lambda pair: pair[0])[1]
