import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ml.judges.vlm.folder import write_vlm
from ml.seagull.manifest import describe, read_manifest
from ml.seagull.versions import load_version
from ml.weights import reading
from ml.weights.__main__ import main
from tests.ml.judges.fitted import save_fitted
from tests.ml.judges.tiny_vlm import save_llava
from tests.ml.weights.hub import serving
from tests.ml.weights.published import SMALL, publish


@pytest.fixture(autouse=True)
def small_preset(monkeypatch: pytest.MonkeyPatch) -> None:
    """The published encoder and extractor have 300 million numbers; here they are small."""
    monkeypatch.setattr(reading, "SEVEN_B", replace(SMALL, language=reading.SEVEN_B.language))


def test_fetch_convert_verify(tmp_path: Path) -> None:
    publish(tmp_path / "published", SMALL)
    files = {path.name: path.read_bytes() for path in (tmp_path / "published").iterdir()}
    cache, version = tmp_path / "cache", tmp_path / "version"
    with serving(files, {name for name in files if name.endswith((".bin", ".model"))}) as hub:
        fetched = main(["fetch", "--into", str(cache), "--base-url", hub.url])

    converted = main(["convert", str(cache), str(version)])
    verified = main(["verify", str(version)]), main(["verify", str(cache)])

    sha = describe(version).sha256
    assert fetched.splitlines()[-1] == str(cache / "pytorch_model-00002-of-00002.bin")
    assert converted.splitlines()[0] == f"{version} is version {sha}"
    assert converted.splitlines()[1] == verified[1].splitlines()[1] == "421 tensors used, 21 not needed:"
    assert verified[0] == f"{version} is intact: version {sha}"
    assert verified[1].splitlines()[0] == f"{cache} is the published checkpoint; 6 hashes checked"


def test_the_precision_can_be_chosen(tmp_path: Path) -> None:
    tensors = publish(tmp_path / "published", SMALL)

    main(["convert", str(tmp_path / "published"), str(tmp_path / "version"), "--dtype", "bfloat16"])

    loaded = load_version(tmp_path / "version").projector[0].weight
    assert torch.equal(loaded, tensors["model.mm_projector.0.weight"].bfloat16().float())


def test_a_pin_is_insisted_on(tmp_path: Path) -> None:
    with serving({"config.json": b"{}"}, set()) as hub, pytest.raises(SystemExit, match="it should be 33333"):
        main(["fetch", "--into", str(tmp_path), "--base-url", hub.url, "--sha256", f"config.json={'3' * 64}"])


@pytest.mark.parametrize("pin", ["config.json", "config.json=abc", f"config.json={'G' * 64}"])
def test_a_pin_that_is_none_is_refused(pin: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="error: --sha256 takes FILE=HASH with 64 hexadecimal digits"):
        main(["fetch", "--into", str(tmp_path), "--sha256", pin])


def test_a_damaged_version_is_an_error(tmp_path: Path) -> None:
    publish(tmp_path / "published", SMALL)
    main(["convert", str(tmp_path / "published"), str(tmp_path / "version")])
    (tmp_path / "version" / "weights.safetensors").write_bytes(b"")

    with pytest.raises(SystemExit, match=r"error: .*weights\.safetensors has changed: 0 bytes"):
        main(["verify", str(tmp_path / "version")])


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """In bytes. Writing on fails as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_an_error_and_leaves_no_version(tmp_path: Path) -> None:
    publish(tmp_path / "published", SMALL)
    enough_for_words = (tmp_path / "published" / "tokenizer.model").stat().st_size

    with pytest.raises(SystemExit, match=r"^error: .*File too large"), files_of_at_most(enough_for_words):
        main(["convert", str(tmp_path / "published"), str(tmp_path / "version")])
    assert [path.name for path in tmp_path.iterdir()] == ["published"]


@pytest.mark.parametrize("kind", ["metric", "copied", "elsewhere"])
def test_versions_of_other_kinds_are_verified_by_their_hashes(kind: str, tmp_path: Path) -> None:
    version, model = tmp_path / "version", tmp_path / "model"
    if kind == "metric":
        save_fitted(version)
    else:
        write_vlm(version, save_llava(model), copy=kind == "copied")
    verified = main(["verify", str(version)])

    (weights,) = (model if kind == "elsewhere" else version).glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")

    assert verified == f"{version} is intact: version {read_manifest(version).sha256}"
    with pytest.raises(SystemExit, match=f"^error: {weights} (has changed|is not the file that {version} was made of)"):
        main(["verify", str(version)])


def test_a_published_file_that_is_no_tokeniser_is_an_error(tmp_path: Path) -> None:
    publish(tmp_path / "published", SMALL)
    (tmp_path / "published" / "tokenizer.model").write_bytes(b"nothing")

    with pytest.raises(SystemExit, match=r"error: tokenizer\.model is not a SentencePiece model"):
        main(["verify", str(tmp_path / "published")])


@pytest.mark.slow
def test_the_command_exits_with_a_message_and_not_with_zero(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ml.weights", "verify", str(tmp_path)]

    answer = subprocess.run(command, capture_output=True, text=True, check=False)

    message = f"error: {tmp_path} is not the published checkpoint: it has no config.json\n"
    assert (answer.returncode, answer.stdout, answer.stderr) == (1, "", message)
