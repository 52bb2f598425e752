from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from ml.judges import load_judge
from ml.judges.vlm import judge as vlm
from ml.judges.vlm.__main__ import main
from ml.judges.vlm.boxes import boxed
from ml.judges.vlm.folder import write_vlm
from ml.judges.vlm.judge import VlmJudge
from ml.judges.vlm.prompts import QUESTIONS, Question
from ml.judges.vlm.texts import first_tokens_of, prompt_for
from ml.seagull.manifest import VersionError
from ml.seagull.regions import box_of
from ml.seagull.scoring import ScoringError
from ml.vocabulary import DISTORTIONS
from tests.ml.judges.tiny_vlm import save_llava, save_qwen
from tests.ml.pictures import disc, scene

RGB = scene(96, 128)
MASKS = np.stack([disc(96, 128, x, 48, 20) for x in (40, 64, 90)])


@pytest.fixture(scope="module")
def llava(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_llava(tmp_path_factory.mktemp("models") / "llava")


def version(model: Path, out: Path) -> VlmJudge:
    write_vlm(out, model)
    judge = load_judge(out, "cpu")
    assert isinstance(judge, VlmJudge)
    return judge


def test_every_scale_and_distortion_is_asked_about_with_all_its_words() -> None:
    assert list(QUESTIONS) == ["quality", "importance", *DISTORTIONS, "clean"]
    assert QUESTIONS["blur"] == Question(
        "How strong is the blur distortion of the region inside the red box? "
        "Answer with one word: extreme, severe, moderate, minor, trivial or none.",
        "The blur distortion is",
        ("extreme", "severe", "moderate", "minor", "trivial", "none"),
    )


def test_shares_are_the_softmax_over_the_words_at_the_answer_s_first_token(llava: Path, tmp_path: Path) -> None:
    judge = version(llava, tmp_path / "v")
    judge.set_image(RGB)
    (said,) = judge.assess(MASKS[:1])
    picture = boxed(RGB, box_of(MASKS[0]), RGB.shape[:2])
    text = "<s>USER: <image> " + QUESTIONS["quality"].asked + " ASSISTANT: The quality is"
    inputs = judge.processor(text=text, images=picture, return_tensors="pt", add_special_tokens=False)
    ids = judge.processor.tokenizer.convert_tokens_to_ids(["bad", "poor", "fair", "good", "excellent"])

    with torch.inference_mode():
        expected = judge.model(**inputs).logits[0, -1, ids].double().softmax(dim=0)

    assert said.quality.probabilities == pytest.approx(tuple(expected.tolist()), abs=1e-6)


def test_a_family_with_other_image_tokens_needs_no_code(tmp_path: Path) -> None:
    judge = version(save_qwen(tmp_path / "qwen"), tmp_path / "v")
    judge.set_image(RGB)

    said = judge.assess(MASKS)

    assert len({one.distortions["blur"].probabilities for one in said}) == 3
    assert [sum(one.quality.probabilities) for one in said] == pytest.approx([1.0] * 3)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError(), MemoryError(), RuntimeError("DefaultCPUAllocator: no")])
def test_more_regions_than_fit_are_asked_in_passes(
    error: Exception, llava: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = version(llava, tmp_path / "v")
    judge.set_image(RGB)
    expected, asked, shares = judge.assess(MASKS), [], judge.shares

    def narrow(name: str, pictures: list[object]) -> torch.Tensor:
        asked.append(len(pictures))
        if len(pictures) > 1:
            raise error
        return shares(name, pictures)  # type: ignore[arg-type]

    monkeypatch.setattr(judge, "shares", narrow)

    said = judge.assess(MASKS)

    assert [one.quality.probabilities for one in said] == [
        pytest.approx(one.quality.probabilities, abs=1e-5) for one in expected
    ]
    assert asked == [3] + [1] * 3 * len(QUESTIONS)


def test_a_model_without_a_chat_format_reads_lines(tmp_path: Path) -> None:
    judge = version(save_llava(tmp_path / "plain", chat=False), tmp_path / "v")
    question = QUESTIONS["quality"]

    assert prompt_for(judge.processor, question) == (f"<image>\n{question.asked}\nThe quality is", {})
    judge.set_image(RGB)
    assert len(judge.assess(MASKS)) == 3


def test_words_that_begin_alike_are_refused(llava: Path, tmp_path: Path) -> None:
    tokenizer = version(llava, tmp_path / "v").processor.tokenizer

    with pytest.raises(ScoringError, match="cannot tell splendid, dreadful apart"):
        first_tokens_of(tokenizer, Question("?", "It is", ("splendid", "dreadful")))  # neither is known


def test_the_model_stays_where_it_is_and_must_stay_as_it_is(tmp_path: Path) -> None:
    model = save_llava(tmp_path / "llava")
    (model / "modeling_evil.py").write_text("raise SystemExit")
    (model / "pytorch_model.bin").write_bytes(b"pickled")
    main([str(model), "--out", str(tmp_path / "v")])

    assert {path.name for path in (tmp_path / "v").iterdir()} == {"config.json", "manifest.json", "metrics.json"}
    load_judge(tmp_path / "v")
    (model / "config.json").write_text((model / "config.json").read_text() + " ")
    with pytest.raises(VersionError, match=r"config\.json is not the file that .* was made of"):
        load_judge(tmp_path / "v")


def test_code_and_pickles_are_never_shown_to_the_library(
    llava: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml.judges.vlm import loading

    seen: list[str] = []

    def load(folder: Path, **options: object) -> None:
        seen.extend(sorted(path.name for path in folder.iterdir()))
        assert (options["trust_remote_code"], options["use_safetensors"], options["local_files_only"]) == (
            False, True, True,
        )  # fmt: skip
        raise ValueError("no such architecture")

    (llava / "model.bin").write_bytes(b"pickled")
    write_vlm(tmp_path / "v", llava)
    monkeypatch.setattr(loading.AutoModelForImageTextToText, "from_pretrained", load)

    with pytest.raises(VersionError, match="no such architecture"):
        load_judge(tmp_path / "v")
    (llava / "model.bin").unlink()
    assert seen == sorted(path.name for path in llava.iterdir())


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path, llava: Path) -> None:
    with pytest.raises(SystemExit, match=r"has no config\.json"):
        main([str(tmp_path), "--out", str(tmp_path / "v")])
    (tmp_path / "config.json").write_text('{"model_type": "llava"}')
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickled")
    with pytest.raises(SystemExit, match="has no safetensors"):
        main([str(tmp_path), "--out", str(tmp_path / "v")])
    (tmp_path / "model.safetensors").write_bytes(b"numbers")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(SystemExit, match="does not say its model_type"):
        main([str(tmp_path), "--out", str(tmp_path / "v")])
    assert not (tmp_path / "v").exists()


FIRST = "model.language_model.layers.0.mlp.down_proj.weight"


def with_first(tensor: torch.Tensor | None, model: Path) -> Path:
    """A saved model with another tensor for `FIRST`, or without one."""
    weights = load_file(model / "model.safetensors")
    (name,) = (name for name in weights if name.endswith("layers.0.mlp.down_proj.weight"))
    del weights[name]
    if tensor is not None:
        weights[name] = tensor
    save_file(weights, model / "model.safetensors", {"format": "pt"})
    return model


@pytest.mark.parametrize("save", [save_llava, save_qwen])
def test_a_model_that_lacks_a_tensor_is_not_filled_at_random(save: Callable[[Path], Path], tmp_path: Path) -> None:
    model = with_first(None, save(tmp_path / "model"))
    write_vlm(tmp_path / "v", model)

    with pytest.raises(VersionError, match=f"its weights lack {FIRST}$"):
        load_judge(tmp_path / "v", "cpu")
    with pytest.raises(SystemExit, match=f"^error: {model} holds no .* its weights lack {FIRST}$"):
        main([str(model), "--out", str(tmp_path / "w")])
    assert not (tmp_path / "w").exists()


def test_a_tensor_of_another_shape_is_named(tmp_path: Path) -> None:
    model = with_first(torch.zeros(3, 7), save_llava(tmp_path / "model"))
    write_vlm(tmp_path / "v", model)

    with pytest.raises(VersionError, match=rf"weights hold {FIRST} of \(3, 7\) instead of \(16, 32\)$"):
        load_judge(tmp_path / "v", "cpu")


def test_weights_that_are_none_are_refused_before_a_version_is_written(tmp_path: Path) -> None:
    model = save_llava(tmp_path / "model")
    (model / "model.safetensors").write_bytes(b"numbers")

    with pytest.raises(SystemExit, match="holds no vision-language model that can be asked: Error while deserializing"):
        main([str(model), "--out", str(tmp_path / "v")])
    assert not (tmp_path / "v").exists()


def test_a_head_that_is_tied_to_the_words_is_not_missing(tmp_path: Path) -> None:
    model = save_llava(tmp_path / "model", tied=True)
    main([str(model), "--out", str(tmp_path / "v")])

    assert [name for name in load_file(model / "model.safetensors") if "lm_head" in name] == []
    judge = load_judge(tmp_path / "v", "cpu")
    judge.set_image(RGB)
    assert len(judge.assess(MASKS)) == 3


def test_the_clean_chance_is_that_of_yes(llava: Path, tmp_path: Path) -> None:
    judge = version(llava, tmp_path / "v")
    judge.set_image(RGB)
    picture = boxed(RGB, box_of(MASKS[1]), RGB.shape[:2])

    assert judge.assess(MASKS[1:2])[0].clean == pytest.approx(float(judge.shares("clean", [picture])[0, vlm.YES]))
