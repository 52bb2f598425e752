"""Regions per second of a SEAGULL model beside the published way of asking, with the same weights on the same machine.

`OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.predictor [--preset tiny|7b] [--device cuda] [--images 8]`

A JSON line for each way and number of regions per image. `published` asks the three questions one after the other, each
with the whole prompt, and decodes the sentence; `choices` reads the same 15 distributions as `assess`, each from a whole
prompt of its own. Both look at one region at a time and keep nothing between two questions; while a sentence is decoded
they do keep keys and values. Weights are random unless --version names a version's directory, so every answer is given
the length that a real one has.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch  # noqa: TID253 - it is what is measured
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from benchmarks.scratch import peak_memory
from ml.seagull import answers, prompts
from ml.seagull.language import Prefix, plain
from ml.seagull.network import Seagull, build
from ml.seagull.predictor import Masks, Predictor, Rgb, choose_device
from ml.seagull.preprocessing import measure, prepare_image, prepare_regions
from ml.seagull.presets import PRESETS
from ml.seagull.scoring import CHOICES
from ml.seagull.tokens import WordTokens
from ml.seagull.versions import load_version
from ml.synthesis.sources import VIEWS, pixels

SIZE = (640, 480)
REGIONS = (1, 8, 32)
ANSWERS = {
    prompts.ASK_QUALITY: answers.quality_sentence("good"),
    prompts.ASK_IMPORTANCE: answers.importance_sentence("important"),
    prompts.ASK_DISTORTION: answers.distortion_sentence([("minor", "blur"), ("severe", "noise")]),
}
TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


class Endless(WordTokens):
    """No token ends an answer: random weights would end some at once and others never."""

    eos = -1


def random_network(preset: str, device: torch.device, dtype: torch.dtype) -> Seagull:
    """Made where it is used and in the type it is used in: 7B weights in float32 would need 28 GB first."""
    torch.manual_seed(1)
    usual = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with device:
            return build(PRESETS[preset], Endless.of_this_project())
    finally:
        torch.set_default_dtype(usual)


def photograph(number: int) -> Rgb:
    return np.asarray(Image.fromarray(pixels(VIEWS[number % len(VIEWS)])).resize(SIZE))


def ellipses(count: int, seed: int) -> Masks:
    """Regions of 2 to 12 % of the picture."""
    rng = np.random.default_rng(seed)
    rows, columns = np.ogrid[: SIZE[1], : SIZE[0]]
    places = rng.uniform((60, 60, 40, 40), (SIZE[0] - 60, SIZE[1] - 60, 110, 110), (count, 4))
    found = [((columns - x) / a) ** 2 + ((rows - y) / b) ** 2 <= 1 for x, y, a, b in places]
    masks: NDArray[np.bool_] = np.stack(found)
    return masks


@torch.inference_mode()
def ask_alone(seagull: Seagull, rgb: Rgb, mask: Masks, text: str, length: int) -> torch.Tensor:
    """Everything from the file's pixels to the logits of the next word, and `length` words more."""
    low = measure(rgb, seagull.config)
    seen = seagull.see(prepare_image(rgb, seagull.config, low)[None].to(seagull.device))
    regions = prepare_regions(rgb, mask[None], seagull.config, low).to(seagull.device)
    tokens = seagull.tokens
    before = [tokens.bos, *tokens.encode(prompts.BEFORE_IMAGE)]
    middle, own = tokens.encode(prompts.AFTER_IMAGE), tokens.encode(text)[2:]
    words = [seagull.words(torch.tensor([ids])) for ids in (before, middle, own)]
    views = seagull.region_tokens(seen, regions)
    prompt = torch.cat([words[0], seen.image_tokens, words[1], views, words[2]], dim=1)
    if length:
        greedy(seagull, prompt, length)
        return prompt
    states = seagull.language.model(inputs_embeds=prompt)[0]
    return seagull.logits(states[:, -1]).cpu()


def greedy(seagull: Seagull, embedded: torch.Tensor, limit: int) -> list[int]:
    """The likeliest next token again and again, a pass for each, until the end (left out) or `limit`."""
    from transformers import DynamicCache

    llama, cache = plain(seagull.language), DynamicCache(nothing_before(seagull).layers)
    said: list[int] = []
    while len(said) < limit:
        states = llama.model(inputs_embeds=embedded, past_key_values=cache, use_cache=True)[0]
        token = llama.lm_head(states[0, -1])[: seagull.tokens.size].argmax()
        if token == seagull.tokens.eos:
            break
        said.append(int(token))
        embedded = llama.model.embed_tokens(token[None, None])
    return said


def nothing_before(seagull: Seagull) -> Prefix:
    shape = seagull.config.language
    empty = torch.zeros(1, shape.heads, 0, shape.hidden // shape.heads, dtype=seagull.dtype, device=seagull.device)
    return Prefix([(empty, empty)] * shape.layers)


def published(predictor: Predictor, rgb: Rgb, mask: Masks) -> None:
    for question, answer in ANSWERS.items():
        length = len(predictor.seagull.tokens.encode(answer)) + 1
        ask_alone(predictor.seagull, rgb, mask, prompts.about(question), length)


def choices(predictor: Predictor, rgb: Rgb, mask: Masks) -> None:
    for text, _ in CHOICES.values():
        ask_alone(predictor.seagull, rgb, mask, text, 0)


def seconds_of(work: Callable[[], object], device: torch.device) -> float:
    start = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def forget_peak(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    else:
        Path("/proc/self/clear_refs").write_text("5")


def peak_mb(device: torch.device) -> int:
    """Since `forget_peak`, weights included: of the accelerator, or of the process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated() // 2**20
    return peak_memory()


def measure_assess(predictor: Predictor, images: int, regions: int) -> dict[str, Any]:
    device = predictor.seagull.device
    forget_peak(device)
    looking, assessing = [], []
    for number in tqdm(range(images), desc=f"assess {regions}"):
        rgb, masks = photograph(number), ellipses(regions, number)
        looking.append(seconds_of(partial(predictor.set_image, rgb), device))
        assessing.append(seconds_of(partial(predictor.assess, masks), device))
    look, assess = float(np.median(looking)), float(np.median(assessing))
    parts = {"set_image_s": round(look, 4), "assess_s": round(assess, 4)}
    return row("assess", regions, look + assess, peak_mb(device)) | parts


def measure_alone(predictor: Predictor, images: int, way: str) -> dict[str, Any]:
    device, ask = predictor.seagull.device, {"published": published, "choices": choices}[way]
    forget_peak(device)
    seconds = []
    for number in tqdm(range(images), desc=way):
        rgb, mask = photograph(number), ellipses(1, number)[0]
        seconds.append(seconds_of(partial(ask, predictor, rgb, mask), device))
    return row(way, 1, float(np.median(seconds)), peak_mb(device))


def row(way: str, regions: int, seconds: float, peak: int) -> dict[str, Any]:
    rate = round(regions / seconds, 2)
    return {"way": way, "regions": regions, "image_s": round(seconds, 4), "regions_per_s": rate, "peak_mb": peak}


def rows(predictor: Predictor, images: int) -> Iterator[dict[str, Any]]:
    """The plain ways first: how many times faster the others are stands in their rows."""
    alone = {way: measure_alone(predictor, images, way) for way in ("published", "choices")}
    yield from alone.values()
    for regions in REGIONS:
        found = measure_assess(predictor, images, regions)
        times = {f"times_{way}": round(found["regions_per_s"] / one["regions_per_s"], 1) for way, one in alone.items()}
        yield found | times


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.predictor", description=__doc__)
    parser.add_argument("--preset", choices=PRESETS, default="tiny")
    parser.add_argument("--version", type=Path, help="a version's directory; by default random weights of the preset")
    parser.add_argument("--device", help="by default CUDA where there is one")
    parser.add_argument("--dtype", choices=TYPES, help="by default bfloat16 for 7b, float32 for tiny")
    parser.add_argument("--images", type=int, default=8)
    options = parser.parse_args()
    device = choose_device(options.device)
    dtype = TYPES[options.dtype or ("bfloat16" if options.preset == "7b" else "float32")]
    seagull = (
        load_version(options.version, device) if options.version else random_network(options.preset, device, dtype)
    )
    predictor = Predictor(seagull, str(device), dtype)
    predictor.set_image(photograph(0))
    predictor.assess(ellipses(max(REGIONS), 0))  # loads the modules
    published(predictor, photograph(0), ellipses(1, 0)[0])
    for found in rows(predictor, options.images):
        print(json.dumps({"preset": options.preset, "device": str(device), "dtype": str(dtype)} | found), flush=True)


if __name__ == "__main__":
    main()
