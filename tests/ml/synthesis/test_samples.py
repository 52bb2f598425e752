import csv
from pathlib import Path

import numpy as np
import pytest

from ml.images import read
from ml.synthesis.distortions import KINDS
from ml.synthesis.samples import Plan, main, plans, write_picture, write_samples
from ml.synthesis.sources import VIEWS, pixels
from tests.ml.pictures import everything_under

VIEW = {view.name: view for view in VIEWS}


def rows_of(manifest: Path) -> list[dict[str, str]]:
    with manifest.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("samples") / "made here"
    write_samples(out, seed=3, limit=14)
    return out


def test_about_sixty_pictures_by_default_a_third_of_them_undistorted() -> None:
    planned = plans(seed=1, variants=2, limit=None)
    assert len(planned) == 60
    assert sum(not plan.steps for plan in planned) == 20
    assert len({plan.filename for plan in planned}) == 60


def test_every_kind_and_every_level_occurs_by_default() -> None:
    steps = [step for plan in plans(seed=1, variants=2, limit=None) for step in plan.steps]
    assert {kind for kind, _ in steps} == set(KINDS)
    assert {(strength - 1) // 4 for _, strength in steps} == {0, 1, 2, 3, 4}
    assert any(plan.partly for plan in plans(seed=1, variants=2, limit=None) if plan.steps)


def test_grey_photographs_are_not_given_colour_distortions() -> None:
    planned = plans(seed=1, variants=9, limit=None)
    assert not [plan for plan in planned if plan.view.grey and "colorfulness" in dict(plan.steps)]


def test_the_manifest_lists_exactly_the_files(folder: Path) -> None:
    rows = rows_of(folder / "manifest.csv")
    assert sorted([row["path"] for row in rows] + ["manifest.csv"]) == everything_under(folder)
    assert len(rows) == 14
    assert list(rows[0]) == ["path", "source", *KINDS, "quality", "area"]


def test_levels_and_quality_are_in_range_and_agree(folder: Path) -> None:
    for row in rows_of(folder / "manifest.csv"):
        levels = [int(row[kind]) for kind in KINDS]
        assert set(levels) <= {0, 1, 2, 3, 4, 5}
        assert 0.0 <= float(row["quality"]) <= 4.0
        base = max(view.quality for view in VIEWS if view.source == row["source"])
        assert min(levels) == 5 or float(row["quality"]) < base


def test_those_who_judge_forgive_darkness_before_grain(tmp_path: Path) -> None:
    dark, grain = (
        write_picture(tmp_path, Plan(VIEW["cat"], number, ((kind, 14),), False))
        for number, kind in enumerate(("exposure", "noise"), 1)
    )
    assert (dark[2 + KINDS.index("exposure")], grain[2 + KINDS.index("noise")]) == (1, 1)
    assert float(dark[-2]) > 1.5 * float(grain[-2])


def test_an_untouched_view_has_the_pixels_of_its_photograph(tmp_path: Path) -> None:
    write_picture(tmp_path, Plan(VIEW["cat"], 0, (), False))
    assert np.array_equal(read(tmp_path / "cat.png"), pixels(VIEW["cat"]))


def test_large_photographs_are_made_smaller(tmp_path: Path) -> None:
    write_picture(tmp_path, Plan(VIEW["retina"], 0, (), False))
    assert read(tmp_path / "retina.png").shape == (1024, 1024, 3)


def test_a_distortion_in_one_place_leaves_the_rest_alone(tmp_path: Path) -> None:
    row = write_picture(tmp_path, Plan(VIEW["astronaut"], 1, (("noise", 17),), True))
    x, y, w, h = (int(number) for number in str(row[-1]).split())
    change = np.abs(read(tmp_path / "astronaut-1.jpg").astype(int) - pixels(VIEW["astronaut"])).mean(axis=2)
    margin = round(0.12 * max(w, h))
    near = np.zeros_like(change, dtype=np.bool_)
    near[max(0, y - margin) : y + h + margin, max(0, x - margin) : x + w + margin] = True
    assert change[~near].mean() < 2.0  # what a JPEG of quality 95 changes
    assert change[y + h // 2, x + w // 4 : x + 3 * w // 4].mean() > 15.0


def test_the_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_samples(tmp_path / name, seed=5, limit=6)
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


def test_the_command_prints_the_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(tmp_path), "--limit", "2"])
    assert capsys.readouterr().out == f"{tmp_path / 'manifest.csv'}\n"
    assert len(rows_of(tmp_path / "manifest.csv")) == 2
