"""Both stages of the published recipe, on a converted checkpoint of the published layout and a small size."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from ml import train
from ml.images import read
from ml.records.region import RegionRecord
from ml.seagull.manifest import describe
from ml.seagull.network import Seagull
from ml.seagull.predictor import Predictor
from ml.seagull.tokens import SentencePieceTokens
from ml.seagull.versions import load_version, save_version
from ml.training.loop import Run
from ml.training.loop import train as learn
from ml.training.parts import open_parts
from ml.training.recipes import RECIPES
from ml.weights.converting import convert
from tests.ml.training.pupils import build_of, photographs
from tests.ml.training.test_loop import lines, own, same, weights
from tests.ml.weights.published import SMALL, publish


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The converted weights."""
    folder = tmp_path_factory.mktemp("base")
    publish(folder / "published", SMALL)
    convert(folder / "published", folder / "version", config=SMALL)
    return folder / "version"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    records = photographs(tmp_path / "data", 6, 2)
    return build_of(tmp_path / "data", [*records[:8], *(replace(one, split="test") for one in records[8:])])


@pytest.fixture(autouse=True)
def _words_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")  # the command would set it for good


def taught(seagull: Seagull, stage: int, records: Sequence[RegionRecord], run: Run) -> set[str]:
    """What three steps change."""
    before = weights(seagull)
    learn(seagull, records, replace(RECIPES["7b", stage], batch=6, epochs=1), run)
    return {name for name, tensor in weights(seagull).items() if not same(tensor, before.get(own(name)))}


def qualities(seagull: Seagull, record: RegionRecord) -> list[float]:
    predictor = Predictor(seagull, "cpu")
    predictor.set_image(read(record.image))
    (assessed,) = predictor.assess(record.mask()[None])
    return [assessed.quality.expectation, assessed.importance.expectation]


def test_both_stages_teach_projector_extractor_and_additions_alone(
    base: Path, records: list[RegionRecord], tmp_path: Path
) -> None:
    parent, known = base, records[:9]
    for stage in (1, 2):
        seagull = load_version(parent)
        started = qualities(seagull, known[0])

        run = Run(tmp_path / f"run-{stage}", device="cpu")
        changed = taught(seagull, stage, known, run)

        assert isinstance(seagull.tokens, SentencePieceTokens)
        of_language = {name for name in changed if name.startswith("language.")}
        assert {".lora_" in name for name in of_language} == {True}
        assert {name for name in changed - of_language if not name.startswith(("projector.", "extractor."))} == set()
        whole = {name for name, _ in seagull.named_parameters() if name.startswith(("projector.", "extractor."))}
        assert len(whole & changed) > 0.9 * len(whole)  # a few of so small an extractor are shut by its ReLUs
        assert {line["language"] > 0 for line in lines(run)} == {True}

        parent = tmp_path / f"stage-{stage}"
        save_version(parent, seagull, {})
        loaded = load_version(parent)
        assert [name for name, _ in loaded.named_parameters() if "lora" in name] == []
        assert qualities(loaded, known[0]) == pytest.approx(qualities(seagull.eval(), known[0]), abs=1e-4)
        assert qualities(loaded, known[0]) != pytest.approx(started, abs=1e-6)


def test_the_commands_of_both_stages_write_versions_that_are_measured(
    base: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    how = [str(data), "--preset", "7b", "--device", "cpu", "--batch", "4", "--epochs", "1"]

    train.main([*how, "--stage", "1", "--from", str(base), "--out", str(tmp_path / "pretrained"), "--no-test"])
    train.main([*how, "--stage", "2", "--from", str(tmp_path / "pretrained"), "--out", str(tmp_path / "full")])

    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["parent"], second["parent"]) == (describe(base).sha256, first["sha256"])
    assert [one["training"]["steps"] for one in (first, second)] == [2, 2]
    assert (list(second["test"]["ways"]), second["test"]["regions"]) == (["closed_set"], 4)
    encoders = [load_version(folder).encoder.state_dict() for folder in (base, tmp_path / "full")]
    assert [name for name, tensor in encoders[0].items() if not torch.equal(tensor, encoders[1][name])] == []
    assert not data.with_name("data.prepared").exists()


def test_measuring_leaves_a_half_precision_network_as_and_where_it_is(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was trained is float32: all of the network once became so, and the version twice as large; and a run on the
    CPU of a machine with a GPU went there.
    """
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    seagull = load_version(base, dtype=torch.bfloat16)
    open_parts(seagull, RECIPES["7b", 1])
    tested = [replace(one, split="test") for one in photographs(tmp_path / "tested", 2, 2)]

    train._finish(seagull, tested, {}, tmp_path / "version", None)

    kept = load_file(tmp_path / "version" / "weights.safetensors")
    assert {tensor.dtype for tensor in kept.values()} == {torch.bfloat16}
    assert describe(tmp_path / "version").metrics["test"]["regions"] == 4


@pytest.mark.parametrize(("device", "dtype"), [("cpu", torch.float32), ("auto", torch.bfloat16)])
def test_a_cpu_that_is_asked_for_beside_a_gpu_reads_whole_numbers(
    device: str, dtype: torch.dtype, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    options = train._parser().parse_args(
        ["DIR", "--out", "OUT", "--preset", "7b", "--from", str(base), "--device", device]
    )

    seagull, _ = train._start(options)

    assert {parameter.dtype for parameter in seagull.parameters()} == {dtype}
