import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml.proposals.checkpoints import CheckpointError
from ml.seagull.released import ReleasedError
from ml.weights import fetching
from ml.weights.fetching import check_fetched, fetch_released
from tests.ml.weights.hub import Hub, serving, sha256

INDEX = "pytorch_model.bin.index.json"
SHARDS = ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"]
FILES = {
    "config.json": b'{"hidden_size": 4096}',
    "added_tokens.json": b'{"<global>": 32000, "<local>": 32001}',
    "tokenizer.model": bytes(range(256)) * 10,
    INDEX: json.dumps({"weight_map": {"a": SHARDS[0], "b": SHARDS[1], "c": SHARDS[0]}}).encode(),
    SHARDS[0]: bytes(range(256)) * 20_000,
    SHARDS[1]: b"second" * 1000,
    "README.md": b"not needed",
}
NEEDED = [name for name in FILES if name != "README.md"]
LARGE = {"tokenizer.model", *SHARDS}


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving(dict(FILES), set(LARGE)) as hub:
        yield hub


def test_all_that_conversion_needs_is_fetched_and_its_hashes_written_down(hub: Hub, tmp_path: Path) -> None:
    paths = fetch_released(tmp_path / "cache", hub.url)

    assert [path.name for path in paths] == NEEDED
    assert {path.name: path.read_bytes() for path in paths} == {name: FILES[name] for name in NEEDED}
    lock = json.loads((tmp_path / "cache" / "fetched.json").read_text())
    assert lock == {name: sha256(FILES[name]) for name in NEEDED}
    assert list((tmp_path / "cache").glob("*.part")) == []
    assert check_fetched(tmp_path / "cache") == len(NEEDED)


def test_what_is_there_is_checked_without_asking_anybody(hub: Hub, tmp_path: Path) -> None:
    fetch_released(tmp_path, hub.url)
    hub.asked.clear()

    fetch_released(tmp_path, hub.url)

    assert hub.asked == []


def test_a_download_that_stopped_goes_on_where_it_was(hub: Hub, tmp_path: Path) -> None:
    hub.stops_after = 3_000_000
    with pytest.raises(CheckpointError, match="run the same command again"):
        fetch_released(tmp_path, hub.url)
    have = (tmp_path / f"{SHARDS[0]}.{sha256(FILES[SHARDS[0]])[:12]}.part").stat().st_size
    hub.stops_after = None

    paths = fetch_released(tmp_path, hub.url)

    assert paths[4].read_bytes() == FILES[SHARDS[0]]
    assert 0 < have < len(FILES[SHARDS[0]])
    assert hub.downloads(SHARDS[0]) == [None, f"bytes={have}-"]


def test_a_file_that_changes_while_it_is_fetched_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.stops_after = 3_000_000
    with pytest.raises(CheckpointError, match="run the same command again"):
        fetch_released(tmp_path, hub.url)
    hub.stops_after = None
    hub.files[SHARDS[0]] = bytes(5_120_000)
    message = f"{SHARDS[0]} is meant.* fetched.json says {sha256(FILES[SHARDS[0]])}, the server says {sha256(bytes(5_120_000))}"

    with pytest.raises(CheckpointError, match=message):
        fetch_released(tmp_path, hub.url)


def test_content_that_differs_from_the_servers_hash_is_refused_and_deleted(hub: Hub, tmp_path: Path) -> None:
    hub.said[SHARDS[1]] = f'"{"0" * 64}"'

    with pytest.raises(CheckpointError, match=f"its SHA-256 is {sha256(FILES[SHARDS[1]])}, it should be {'0' * 64}"):
        fetch_released(tmp_path, hub.url)
    assert list(tmp_path.glob(f"{SHARDS[1]}*")) == []


def test_a_small_file_that_differs_from_its_git_id_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.said["added_tokens.json"] = f'W/"{"1" * 40}"'

    with pytest.raises(CheckpointError, match=f"added_tokens.json came with git blob id .* instead of {'1' * 40}"):
        fetch_released(tmp_path, hub.url)
    assert [path.name for path in tmp_path.glob("added*")] == []


def test_a_small_file_may_have_its_plain_sha1_for_an_etag(hub: Hub, tmp_path: Path) -> None:
    plain = hashlib.sha1(FILES["added_tokens.json"], usedforsecurity=False).hexdigest()
    hub.said["added_tokens.json"] = f'"{plain}"'

    fetch_released(tmp_path, hub.url)

    assert check_fetched(tmp_path) == len(NEEDED)


def test_a_small_file_from_a_server_without_hashes_is_trusted_once(hub: Hub, tmp_path: Path) -> None:
    hub.said["added_tokens.json"] = '"5f3-61b2"'
    fetch_released(tmp_path, hub.url)
    (tmp_path / "added_tokens.json").unlink()
    hub.files["added_tokens.json"] = b'{"<global>": 32001, "<local>": 32000}'

    with pytest.raises(CheckpointError, match=f"it should be {sha256(FILES['added_tokens.json'])}"):
        fetch_released(tmp_path, hub.url)


def test_a_large_file_without_any_hash_needs_a_pin(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SMALL_BYTES", 1_000_000)
    hub.said[SHARDS[0]] = '"5f3-61b2"'

    with pytest.raises(CheckpointError, match=f"give one: --sha256 {SHARDS[0]}=..."):
        fetch_released(tmp_path, hub.url)
    paths = fetch_released(tmp_path, hub.url, {SHARDS[0]: sha256(FILES[SHARDS[0]])})

    assert paths[4].read_bytes() == FILES[SHARDS[0]]


def test_a_pin_that_the_server_contradicts_is_refused_before_the_download(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=f"--sha256 says {'2' * 64}, the server says {sha256(FILES[SHARDS[0]])}"):
        fetch_released(tmp_path, hub.url, {SHARDS[0]: "2" * 64})
    assert hub.downloads(SHARDS[0]) == []


def test_a_pin_that_contradicts_what_was_trusted_is_refused(hub: Hub, tmp_path: Path) -> None:
    fetch_released(tmp_path, hub.url)

    with pytest.raises(CheckpointError, match=f"--sha256 says {'2' * 64}, fetched.json says"):
        fetch_released(tmp_path, hub.url, {"config.json": "2" * 64})


def test_a_pin_for_no_file_lists_the_files(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no file is called 'model\.bin'; there are config\.json, added_tokens"):
        fetch_released(tmp_path, hub.url, {"model.bin": "2" * 64})


def test_a_fetched_file_that_changed_is_found(hub: Hub, tmp_path: Path) -> None:
    fetch_released(tmp_path, hub.url)
    (tmp_path / SHARDS[1]).write_bytes(b"other")

    with pytest.raises(CheckpointError, match=f"{SHARDS[1]} has changed: its SHA-256 is {sha256(b'other')}"):
        check_fetched(tmp_path)


def test_a_fetched_file_that_is_gone_is_found(hub: Hub, tmp_path: Path) -> None:
    fetch_released(tmp_path, hub.url)
    (tmp_path / SHARDS[1]).unlink()

    with pytest.raises(CheckpointError, match=f"{SHARDS[1]} is missing; fetch again"):
        check_fetched(tmp_path)


def test_a_folder_from_elsewhere_has_no_hashes_to_check(tmp_path: Path) -> None:
    assert check_fetched(tmp_path) == 0


def test_an_index_that_names_files_elsewhere_fetches_none(hub: Hub, tmp_path: Path) -> None:
    hub.files[INDEX] = b'{"weight_map": {"a": "../../shard.bin"}}'

    with pytest.raises(ReleasedError, match=r"which is no \.bin or \.safetensors file"):
        fetch_released(tmp_path, hub.url)


def test_an_address_without_the_files_says_so(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="404"):
        fetch_released(tmp_path, hub.url + "other/")


def test_no_server_at_all_says_so(hub: Hub, tmp_path: Path) -> None:
    hub.shutdown()
    hub.server_close()

    with pytest.raises(CheckpointError, match="cannot be read"):
        fetch_released(tmp_path, hub.url)
