"""Text to token ids and back: the word list of the small model, and LLaMA's SentencePiece for the published one."""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol, Self

from ml.seagull import answers, prompts
from ml.vocabulary import DISTORTIONS, IMPORTANCES, QUALITIES, SEVERITIES

GLOBAL: Final = "<global>"
LOCAL: Final = "<local>"
SPECIALS: Final = ("<pad>", "<s>", "</s>", "<unk>", GLOBAL, LOCAL)
"""The first ids of a word list; pad, begin and end are where LLaMA has them, too."""
PLACES: Final = re.compile(rf"({GLOBAL}|{LOCAL})")
WORD: Final = re.compile(rf"{GLOBAL}|{LOCAL}|</?\w+>|\w+|[^\w\s]")
UNKNOWN: Final = SPECIALS.index("<unk>")
PAD: Final = 0
BOS: Final = 1
EOS: Final = 2


class TokenError(ValueError):
    """A tokeniser's file that does not fit; the message says what would."""


class Tokens(Protocol):
    """`size` ids; `global_id` and `local_id` are the two places. Texts get no begin and no end of their own."""

    bos: int
    eos: int
    pad: int
    global_id: int
    local_id: int
    size: int

    def encode(self, text: str) -> list[int]: ...

    def decode(self, ids: Sequence[int]) -> str: ...

    def save(self, path: Path) -> None: ...


class WordTokens:
    """A token for each word and each punctuation mark, in the case it is written in; others are `<unk>`."""

    bos, eos, pad = BOS, EOS, PAD
    global_id, local_id = SPECIALS.index(GLOBAL), SPECIALS.index(LOCAL)

    def __init__(self, words: Sequence[str]) -> None:
        """All of them, the specials first. Raises TokenError."""
        if tuple(words[: len(SPECIALS)]) != SPECIALS:
            raise TokenError(f"a word list begins with {' '.join(SPECIALS)}, not {' '.join(words[: len(SPECIALS)])}")
        if len(set(words)) < len(words):
            raise TokenError("a word list holds every word once")
        self.words = tuple(words)
        self.size = len(words)
        self._ids = {word: number for number, word in enumerate(words)}

    @classmethod
    def of_this_project(cls) -> Self:
        """Every word of the prompts, the questions and the answers."""
        words = {word for text in sentences() for word in WORD.findall(text)}
        return cls([*SPECIALS, *sorted(words - set(SPECIALS))])

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises TokenError."""
        words = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise TokenError(f"{path.name} is not a JSON list of words")
        return cls(words)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.words, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def encode(self, text: str) -> list[int]:
        return [self._ids.get(word, UNKNOWN) for word in WORD.findall(text)]

    def decode(self, ids: Sequence[int]) -> str:
        """Words with a space between, none before punctuation; begin, end and padding are left out."""
        words = [self.words[number] for number in ids if number not in (BOS, EOS, PAD)]
        return re.sub(r" ([^\w\s<])", r"\1", " ".join(words))


class SentencePieceTokens:
    """LLaMA's `tokenizer.model` with the two places added after its pieces, as the published checkpoint has them.

    As with the published (legacy) tokeniser each text between two places is encoded by itself with SentencePiece's
    dummy space before it, and loses its spaces next to a place.
    """

    def __init__(self, path: Path) -> None:
        """Raises TokenError."""
        from sentencepiece import SentencePieceProcessor  # slow import

        self.model = path.read_bytes()
        try:
            self._pieces = SentencePieceProcessor(model_proto=self.model)
        except RuntimeError as error:
            raise TokenError(f"{path.name} is not a SentencePiece model: {error}") from error
        self.bos, self.eos, self.pad = BOS, EOS, PAD
        if (self._pieces.bos_id(), self._pieces.eos_id()) != (BOS, EOS):
            raise TokenError(f"{path.name} is not LLaMA's: its begin and end are not {BOS} and {EOS}")
        self.global_id = self._pieces.get_piece_size()
        self.local_id = self.global_id + 1
        self.size = self.global_id + 2

    def save(self, path: Path) -> None:
        path.write_bytes(self.model)

    def encode(self, text: str) -> list[int]:
        return list(itertools.chain.from_iterable(self._encode_parts(PLACES.split(text))))

    def decode(self, ids: Sequence[int]) -> str:
        """The places, begin, end and padding are left out."""
        decoded: str = self._pieces.decode([number for number in ids if EOS < number < self.global_id])
        return decoded

    def _encode_parts(self, parts: Sequence[str]) -> Iterator[Sequence[int]]:
        """Texts at even numbers, places at odd ones."""
        for number, part in enumerate(parts):
            if number % 2:
                yield [self.global_id if part == GLOBAL else self.local_id]
                continue
            text = part.lstrip() if number else part
            yield self._pieces.encode(text.rstrip() if number < len(parts) - 1 else text)


def sentences() -> Iterable[str]:
    """Texts that together hold every word this project says to a model or wants to hear from one."""
    yield from (prompts.BEFORE_IMAGE, prompts.AFTER_IMAGE, answers.WITHOUT, answers.YES)
    yield from map(prompts.about, (prompts.ASK_QUALITY, prompts.ASK_IMPORTANCE, prompts.ASK_DISTORTION))
    for word in QUALITIES:
        yield from (prompts.judge_quality(word), answers.corrected_quality(word))
    for word in IMPORTANCES:
        questions = prompts.judge_importance(word), answers.importance_sentence(word)
        yield from (*questions, answers.corrected_importance(word))
    yield from map(prompts.judge_distortion, DISTORTIONS)
    yield answers.corrected_distortion(DISTORTIONS)
    yield from (answers.distortion_sentence([(severity, name) for name in DISTORTIONS]) for severity in SEVERITIES)
