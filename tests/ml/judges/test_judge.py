import json
from pathlib import Path

import numpy as np
import pytest

from ml.evaluate import main
from ml.evaluation.report import CLOSED_SET
from ml.judges import load_judge
from ml.judges.folders import METRIC, VLM, kind_of, new_version, open_version
from ml.judges.metric.judge import MetricJudge
from ml.judges.vlm.folder import write_vlm
from ml.judges.vlm.judge import VlmJudge
from ml.seagull.manifest import VersionError, read_manifest
from ml.seagull.predictor import Predictor
from ml.seagull.preprocessing import InputError
from ml.seagull.versions import save_version
from tests.ml.judges.fitted import save_fitted
from tests.ml.judges.tiny_vlm import save_llava
from tests.ml.pictures import disc, scene
from tests.ml.training.pupils import build_of, photographs, small

RGB = scene(96, 128)
MASKS = np.stack([disc(96, 128, x, 48, 20) for x in (40, 64, 90)])


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of each kind."""
    folder = tmp_path_factory.mktemp("versions")
    save_version(folder / "seagull", small(), {})
    save_fitted(folder / "metric")
    write_vlm(folder / "vlm", save_llava(folder / "llava"), copy=True)
    return folder


@pytest.mark.parametrize("kind, judge", [("seagull", Predictor), ("metric", MetricJudge), ("vlm", VlmJudge)])
def test_every_kind_of_version_answers_in_the_same_form(versions: Path, kind: str, judge: type) -> None:
    loaded = load_judge(versions / kind)
    loaded.set_image(RGB)
    said = loaded.assess(MASKS)

    assert (kind_of(versions / kind), type(loaded), len(said)) == (kind, judge, 3)
    for one in said:
        for levels, shares in (
            (5, one.quality),
            (5, one.importance),
            *((6, found) for found in one.distortions.values()),
        ):
            assert len(shares.probabilities) == levels
            assert sum(shares.probabilities) == pytest.approx(1.0)
        assert 0.0 <= one.clean <= 1.0


@pytest.mark.parametrize("kind", ["seagull", "metric", "vlm"])
def test_no_region_depends_on_its_company(versions: Path, kind: str) -> None:
    judge = load_judge(versions / kind)
    judge.set_image(RGB)
    together, alone = judge.assess(MASKS), [judge.assess(mask[None])[0] for mask in MASKS]

    for one, other in zip(together, alone, strict=True):
        assert one.quality.probabilities == pytest.approx(other.quality.probabilities, abs=1e-4)
        assert one.distortions["noise"].probabilities == pytest.approx(
            other.distortions["noise"].probabilities, abs=1e-4
        )
    assert len({one.quality.probabilities for one in together}) == 3
    assert judge.assess(MASKS[:0]) == []


@pytest.mark.parametrize("kind", ["seagull", "metric", "vlm"])
def test_what_does_not_fit_is_the_image_s_fault(versions: Path, kind: str) -> None:
    judge = load_judge(versions / kind)

    with pytest.raises(ValueError, match="set_image"):
        judge.assess(MASKS)
    with pytest.raises(InputError):
        judge.set_image(RGB[..., 0])
    judge.set_image(RGB)
    with pytest.raises(InputError):
        judge.assess(MASKS[:, 1:])


@pytest.mark.parametrize("kind", ["metric", "vlm"])
def test_every_kind_is_measured_by_the_same_command(versions: Path, tmp_path: Path, kind: str) -> None:
    build = build_of(tmp_path, photographs(tmp_path, 3))

    main([str(versions / kind), str(build), "--split", "train", "--json", str(tmp_path / "report.json")])

    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["version"], report["regions"], list(report["ways"])) == (kind, 6, [CLOSED_SET])
    with pytest.raises(SystemExit, match="writes no sentences"):
        main([str(versions / kind), str(build), "--split", "train", "--answers"])


@pytest.mark.parametrize("kind", ["metric", "vlm"])
def test_a_file_that_has_changed_is_found_before_it_is_read(tmp_path: Path, versions: Path, kind: str) -> None:
    copy = tmp_path / kind
    copy.mkdir()
    for path in (versions / kind).iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    weights = next(path for path in copy.iterdir() if path.suffix == ".safetensors")
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")

    with pytest.raises(VersionError, match="has changed"):
        load_judge(copy)


def test_what_is_no_version_is_named(tmp_path: Path) -> None:
    with pytest.raises(VersionError, match=r"has no config\.json"):
        load_judge(tmp_path)
    (tmp_path / "config.json").write_text("[]")
    with pytest.raises(VersionError, match="not a JSON object"):
        load_judge(tmp_path)
    (tmp_path / "config.json").write_text('{"kind": "oracle"}')
    with pytest.raises(VersionError, match="'oracle'; known are seagull, vlm, metric"):
        load_judge(tmp_path)


def test_a_version_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    with new_version(tmp_path / "one", METRIC, {"preset": "p"}, {"test": 1}) as part:
        (part / "more.txt").write_text("more")
        assert not (tmp_path / "one").exists()

    assert open_version(tmp_path / "one", METRIC) == {"format": 1, "kind": "metric", "preset": "p"}
    assert sorted(read_manifest(tmp_path / "one").files) == ["config.json", "metrics.json", "more.txt"]
    with pytest.raises(VersionError, match="there already"), new_version(tmp_path / "one", METRIC, {}):
        pass
    with pytest.raises(VersionError, match="reads 'vlm' in format 1"):
        open_version(tmp_path / "one", VLM)


def test_a_version_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"), new_version(tmp_path / "one", METRIC, {}):
        raise OSError("the disk is full")

    assert list(tmp_path.iterdir()) == []
