import io
import json
import random
from pathlib import Path

import pytest

from ml.seagull import prompts
from ml.seagull.presets import TINY
from ml.seagull.tokens import (
    BOS,
    EOS,
    PAD,
    UNKNOWN,
    SentencePieceTokens,
    TokenError,
    Tokens,
    WordTokens,
    sentences,
)
from ml.vocabulary import DISTORTIONS
from tests.ml.seagull.test_prompts import make_record


@pytest.fixture(scope="module")
def words() -> WordTokens:
    return WordTokens.of_this_project()


@pytest.fixture(scope="module")
def piece_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As LLaMA's: byte-pair pieces that keep every space, bytes for what has no piece."""
    from sentencepiece import SentencePieceTrainer

    written = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter([*sentences()] * 4),
        model_writer=written,
        model_type="bpe",
        vocab_size=420,
        byte_fallback=True,
        remove_extra_whitespaces=False,
        normalization_rule_name="identity",
        hard_vocab_limit=False,
        minloglevel=2,
    )
    path = tmp_path_factory.mktemp("pieces") / "tokenizer.model"
    path.write_bytes(written.getvalue())
    return path


@pytest.fixture(scope="module")
def pieces(piece_model: Path) -> SentencePieceTokens:
    return SentencePieceTokens(piece_model)


def test_every_word_of_this_project_has_an_id(words: WordTokens) -> None:
    labels = [make_record(mean, mean, {name: mean}) for mean in (0.0, 1.0, 2.0, 3.0, 4.0) for name in DISTORTIONS]
    drawn = [one for record in labels for one in prompts.conversations(record, random.Random(1))]
    texts = [prompts.BEFORE_IMAGE + prompts.AFTER_IMAGE, *(prompts.about(one.question, one.answer) for one in drawn)]

    assert [text for text in texts if UNKNOWN in words.encode(text)] == []


def test_the_word_list_fits_the_small_network(words: WordTokens) -> None:
    assert words.size <= TINY.language.vocabulary


def test_words_come_back_as_they_were_written(words: WordTokens) -> None:
    text = "No. The region is in blur, contrast and noise."

    assert words.decode([BOS, *words.encode(text), EOS, PAD]) == text


def test_an_unknown_word_is_one_token(words: WordTokens) -> None:
    assert words.encode("The albatross is good.")[1] == UNKNOWN
    assert len(words.encode("The albatross is good.")) == 5


def test_the_places_of_a_region_are_two_ids(words: WordTokens) -> None:
    assert words.encode("region <global><local>.")[1:3] == [words.global_id, words.local_id]


def test_a_word_list_is_saved_and_loaded(words: WordTokens, tmp_path: Path) -> None:
    words.save(tmp_path / "tokens.json")

    assert WordTokens.load(tmp_path / "tokens.json").words == words.words


@pytest.mark.parametrize(
    "content, message",
    [
        ({"a": 1}, "not a JSON list of words"),
        (["<pad>", 1], "not a JSON list of words"),
        (["a", "b"], "begins with <pad> <s> </s> <unk> <global> <local>, not a b"),
        (["<pad>", "<s>", "</s>", "<unk>", "<global>", "<local>", "a", "a"], "every word once"),
    ],
)
def test_a_file_that_is_no_word_list_is_refused(content: object, message: str, tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps(content))

    with pytest.raises(TokenError, match=message):
        WordTokens.load(path)


def test_the_places_follow_the_pieces(pieces: SentencePieceTokens) -> None:
    assert (pieces.local_id, pieces.size) == (pieces.global_id + 1, pieces.global_id + 2)
    assert (pieces.pad, pieces.bos, pieces.eos) == (0, 1, 2)


def test_text_around_a_place_is_encoded_by_itself_and_stripped_towards_it(pieces: SentencePieceTokens) -> None:
    apart = [*pieces.encode("Here is the region"), pieces.global_id, pieces.local_id, *pieces.encode(". Analyze")]

    assert pieces.encode("Here is the region <global><local>. Analyze") == apart


def test_text_without_places_keeps_its_spaces(pieces: SentencePieceTokens) -> None:
    assert len(pieces.encode("USER: ")) == len(pieces.encode("USER:")) + 1


def test_pieces_come_back_as_they_were_written(pieces: SentencePieceTokens) -> None:
    text = "No. The region is in blur and grün."

    assert pieces.decode([BOS, *pieces.encode(text), EOS]) == text


def test_a_beginning_stays_when_the_next_word_is_added(pieces: SentencePieceTokens) -> None:
    begin = pieces.encode(prompts.about(prompts.ASK_QUALITY, "The quality is"))

    assert pieces.encode(prompts.about(prompts.ASK_QUALITY, "The quality is excellent"))[: len(begin)] == begin


def test_pieces_are_saved_as_they_were_read(pieces: SentencePieceTokens, piece_model: Path, tmp_path: Path) -> None:
    pieces.save(tmp_path / "copy.model")

    assert (tmp_path / "copy.model").read_bytes() == piece_model.read_bytes()


def test_a_file_that_is_no_piece_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.model"
    path.write_bytes(b"nothing of the kind")

    with pytest.raises(TokenError, match="not a SentencePiece model"):
        SentencePieceTokens(path)


def test_both_are_tokens(words: WordTokens, pieces: SentencePieceTokens) -> None:
    both: list[Tokens] = [words, pieces]

    assert [tokens.decode(tokens.encode("The quality is good.")) for tokens in both] == ["The quality is good."] * 2
