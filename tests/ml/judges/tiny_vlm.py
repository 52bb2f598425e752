"""Vision-language models of two families, a few thousand random weights each, and their tokeniser: made here, offline."""

import re
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from ml.judges.vlm.prompts import QUESTIONS

PLACES = ["<|vision_start|>", "<|image_pad|>", "<|vision_end|>"]
SPECIALS = ["<pad>", "<s>", "</s>", "<unk>", "<image>", "<|video_pad|>", *PLACES]
CHAT = (
    "<s>{% for message in messages %}{{ message['role'].upper() }}: {% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}IMAGE{% else %}{{ part['text'] }}{% endif %} {% endfor %}{% endfor %}ASSISTANT:"
)
TEXT = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}


def save_llava(folder: Path, *, chat: bool = True, tied: bool = False) -> Path:
    """32 x 32 pixels, four image tokens; `tied`: the head is the words' embeddings, and not saved."""
    import torch
    from transformers import CLIPImageProcessor, CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaProcessor
    from transformers import LlavaForConditionalGeneration as Llava

    words = tokenizer("<image>")
    vision = CLIPVisionConfig(**TEXT, image_size=32, patch_size=16, projection_dim=8)
    text = LlamaConfig(**TEXT, num_key_value_heads=2, vocab_size=len(words), tie_word_embeddings=tied)
    torch.manual_seed(5)
    image_token = words.convert_tokens_to_ids("<image>")
    config = LlavaConfig(
        vision_config=vision, text_config=text, image_token_index=image_token, tie_word_embeddings=tied
    )
    Llava(config).apply(louder).save_pretrained(folder)
    looks = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    template = CHAT.replace("IMAGE", "<image>") if chat else None
    LlavaProcessor(looks, words, 16, "default", template, num_additional_image_tokens=1).save_pretrained(folder)
    return folder


def save_qwen(folder: Path) -> Path:
    """As many image tokens as the picture has cells of 28 pixels."""
    import torch
    from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration, Qwen2VLImageProcessor, Qwen2VLProcessor
    from transformers import Qwen2VLVideoProcessor as Films

    words = tokenizer("<|image_pad|>")
    ids = dict(zip(("vision_start", "image", "vision_end"), words.convert_tokens_to_ids(PLACES), strict=True))
    config = Qwen2VLConfig(
        text_config={**TEXT, "num_key_value_heads": 2, "vocab_size": len(words), "rope_parameters": ROPE, **ENDS},
        vision_config={"embed_dim": 16, "hidden_size": 16, "depth": 1, "num_heads": 2, "patch_size": 14, "mlp_ratio": 2},
        image_token_id=ids["image"], vision_start_token_id=ids["vision_start"], vision_end_token_id=ids["vision_end"],
    )  # fmt: skip
    torch.manual_seed(5)
    Qwen2VLForConditionalGeneration(config).apply(louder).save_pretrained(folder)
    looks = Qwen2VLImageProcessor(size={"shortest_edge": 784, "longest_edge": 7840})
    template = CHAT.replace("IMAGE", "".join(PLACES))
    Qwen2VLProcessor(looks, words, Films(), chat_template=template).save_pretrained(folder)
    return folder


ENDS = {"bos_token_id": 1, "eos_token_id": 2}
ROPE = {"rope_type": "default", "mrope_section": [2, 1, 1], "rope_theta": 10000.0}


def louder(module: object) -> None:
    """Weights that are far enough from zero for a box to be noticed."""
    import torch

    if isinstance(module, torch.nn.Linear | torch.nn.Embedding | torch.nn.Conv2d | torch.nn.Conv3d):
        torch.nn.init.normal_(module.weight, std=0.3)


def tokenizer(image_token: str) -> PreTrainedTokenizerFast:
    """A token for each word and mark of the questions; the image's place is the named one."""
    texts = [f"{one.asked} {one.begun} {' '.join(one.words)} USER: ASSISTANT:" for one in QUESTIONS.values()]
    vocabulary = SPECIALS + sorted({word for text in texts for word in re.findall(r"\w+|[^\w\s]", text)})
    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(vocabulary)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", bos_token="<s>", eos_token="</s>", unk_token="<unk>",
        extra_special_tokens={
            "image_token": image_token, "video_token": "<|video_pad|>", "begin_token": PLACES[0], "end_token": PLACES[2],
        },
    )  # fmt: skip
