"""Questions as the text that a model was trained to go on from, and the tokens that its answer may begin with."""

from typing import Any

from ml.judges.vlm.prompts import Question
from ml.seagull.scoring import ScoringError

Options = dict[str, Any]


def prompt_for(processor: Any, question: Question) -> tuple[str, Options]:
    """The model's own chat format up to the answer's first words, and how to tokenise it.

    A model without a chat format reads image, question and answer as lines. One whose format writes the first token
    itself gets no second one.
    """
    text = f"{_asked(processor, question.asked)}{question.begun}"
    begin = getattr(processor.tokenizer, "bos_token", None)
    return text, {"add_special_tokens": False} if begin and text.startswith(begin) else {}


def first_tokens_of(tokenizer: Any, question: Question) -> tuple[int, ...]:
    """Of the words that may go on. Raises ScoringError where two begin alike, or the tokeniser does not know one."""
    before = len(_ids(tokenizer, question.begun))
    found = tuple(_ids(tokenizer, f"{question.begun} {word}")[before] for word in question.words)
    if len(set(found)) < len(found):
        raise ScoringError(
            f"this model's tokeniser cannot tell {', '.join(question.words)} apart by their first tokens"
        )
    return found


def _asked(processor: Any, asked: str) -> str:
    if getattr(processor, "chat_template", None) is None:
        return f"{getattr(processor, 'image_token', '<image>')}\n{asked}\n"
    said = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": asked}]}]
    text = str(processor.apply_chat_template(said, add_generation_prompt=True, tokenize=False))
    return text if text[-1:].isspace() else f"{text} "


def _ids(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])
