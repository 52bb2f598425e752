"""The command: a version from labelled regions, or a reason why not."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from safetensors import SafetensorError

from ml import train
from ml.seagull.presets import PRESETS
from ml.training.loop import METRICS
from ml.training.recipes import RECIPES
from tests.ml.training.pupils import SMALL, build_of, photographs


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    records = photographs(folder, 6, 2)
    return build_of(folder, [*records[:8], *(replace(record, split="test") for record in records[8:])])


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRESETS, "tiny", SMALL)
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")  # the command would set it for good


def recipe(*options: str) -> object:
    return train.recipe_for(train._parser().parse_args(["DIR", "--out", "OUT", *options]))


def test_stages_follow_each_other(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = [str(data), "--device", "cpu", "--epochs", "1", "--batch", "8"]

    train.main([*common, "--out", str(tmp_path / "eyes"), "--stage", "0"])
    train.main([*common, "--out", str(tmp_path / "tuned"), "--stage", "2", "--from", str(tmp_path / "eyes")])

    eyes, tuned = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert eyes["parent"] is None
    assert tuned["parent"] == eyes["sha256"]
    assert (tuned["training"]["stage"], tuned["training"]["regions"], tuned["test"]["regions"]) == (2, 8, 4)
    assert json.loads((tmp_path / "tuned" / "metrics.json").read_text(encoding="utf-8"))["test"] == tuned["test"]
    assert not (tmp_path / "tuned.training" / "checkpoints").exists()


def test_a_version_is_never_overwritten(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^error: .* is there already, and a version is never changed"):
        train.main([str(data), "--out", str(tmp_path)])


def test_bad_data_is_named(data: Path, tmp_path: Path) -> None:
    (data / "002.png").unlink()

    with pytest.raises(SystemExit, match=r"^error: record 2-0: "):
        train.main([str(data), "--out", str(tmp_path / "out"), "--stage", "0"])


def test_photographs_on_both_sides_of_two_builds_are_named(data: Path, tmp_path: Path) -> None:
    """Each build for itself parts them; only what is learnt from was once looked at."""
    for name, tested in (("a", (0, 1)), ("b", (2, 3))):
        folder = tmp_path / "builds" / name
        records = photographs(folder, 4, 1)
        build_of(folder, [replace(one, split="test") if n in tested else one for n, one in enumerate(records)])

    with pytest.raises(SystemExit, match=r"^error: record b/0-0: the photograph 000 is in train and in test$"):
        train.main([str(tmp_path / "builds"), "--out", str(tmp_path / "out"), "--stage", "0", "--no-test"])


def test_an_id_on_both_sides_is_named(data: Path, tmp_path: Path) -> None:
    records = photographs(data, 6, 2)
    build_of(data, [*records[:10], replace(records[11], id="0-1", split="test")])

    with pytest.raises(SystemExit, match=r"^error: record 0-1: the id comes twice"):
        train.main([str(data), "--out", str(tmp_path / "out"), "--stage", "0"])


def test_a_broken_test_image_is_named_before_the_first_step_where_it_is_needed(data: Path, tmp_path: Path) -> None:
    """Its header says nothing of it, and all of the training would be for nothing."""
    broken, whole = data / "005.png", io.BytesIO()
    Image.open(broken).save(whole, "JPEG")
    broken.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    common = [str(data), "--out", str(tmp_path / "out"), "--stage", "0", "--device", "cpu", "--epochs", "1"]

    with pytest.raises(SystemExit, match=r"^error: record 5-0: image .*005\.png cannot be read"):
        train.main(common)
    assert not (tmp_path / "out.training" / METRICS).exists()

    train.main([*common, "--no-test"])
    assert (tmp_path / "out").is_dir()


def test_the_published_preset_wants_weights_and_has_no_stage_0(data: Path, tmp_path: Path) -> None:
    command = [str(data), "--out", str(tmp_path / "out"), "--preset", "7b"]

    with pytest.raises(SystemExit, match=r"^error: preset 7b has no stage 0$"):
        train.main([*command, "--stage", "0"])
    with pytest.raises(SystemExit, match=r"^error: preset 7b starts from weights: give them with --from$"):
        train.main([*command, "--stage", "1"])


def test_fine_tuning_wants_something_to_tune(data: Path, tmp_path: Path) -> None:
    with pytest.raises(
        SystemExit, match=r"^error: stage 2 fine-tunes a version: give it with --from, or learn from nothing"
    ):
        train.main([str(data), "--out", str(tmp_path / "out"), "--stage", "2"])


def test_from_nothing_a_version_is_pre_trained(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train.main([str(data), "--out", str(tmp_path / "out"), "--device", "cpu", "--epochs", "1", "--no-test"])

    made = json.loads(capsys.readouterr().out)
    assert (made["training"]["stage"], "encoder" in made["training"]["recipe"]["trained"]) == (1, True)


@pytest.mark.parametrize(
    "option, said",
    [
        (("--share", "25"), "--share is a part of the images, at most 1, not 25.0"),
        (("--share", "0"), "--share must be more than 0, not 0.0"),
        (("--epochs", "0"), "--epochs must be more than 0, not 0.0"),
        (("--minutes", "nan"), "--minutes must be more than 0, not nan"),
        (("--batch", "0"), "--batch must be more than 0, not 0"),
        (("--lr", "-1"), "--lr must be more than 0, not -1.0"),
    ],
)
def test_a_number_that_makes_no_sense_is_named_before_anything_is_read(
    tmp_path: Path, option: tuple[str, str], said: str
) -> None:
    with pytest.raises(SystemExit) as error:
        train.main([str(tmp_path / "nothing"), "--out", str(tmp_path / "out"), "--stage", "1", *option])

    assert str(error.value) == f"error: {said}"


def test_a_full_disk_is_told_in_a_line(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise SafetensorError("No space left on device (os error 28)")

    monkeypatch.setattr(train, "_train", refuse)

    with pytest.raises(SystemExit, match=r"^error: No space left on device \(os error 28\)$"):
        train.main([str(data), "--out", str(tmp_path / "out")])


def test_the_command_line_changes_the_recipe() -> None:
    changed = recipe("--stage", "1", "--from", "V", "--epochs", "0.5", "--batch", "4", "--lr", "0.1", "--no-jir")

    of_tiny = RECIPES["tiny", 1]
    questions = replace(of_tiny.questions, judgements=0.0, types=0.0)
    assert changed == replace(of_tiny, epochs=0.5, batch=4, rate=0.1, questions=questions)


def test_the_encoder_is_trained_where_nothing_trained_it_before() -> None:
    assert recipe("--stage", "1") == recipe("--stage", "1", "--from", "V", "--train-encoder")


def test_a_smaller_share_is_a_part_of_a_larger(tmp_path: Path) -> None:
    records = photographs(tmp_path, 12, 2)

    quarter, half, whole = (train.share_of(records, share) for share in (0.25, 0.5, 1.0))

    assert {r.id for r in quarter} <= {r.id for r in half}
    assert whole == records
    assert {len([r for r in half if r.image == image.image]) for image in half} == {2}
