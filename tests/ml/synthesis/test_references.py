from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.images import ImageError
from ml.synthesis.references import (
    FEW,
    HELD_OUT,
    NoPhotographError,
    Source,
    dependency_photographs,
    photographs_in,
    procedural_sources,
    shown_otherwise,
    view_of,
)
from tests.ml.pictures import scene


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.png", "sub/a.jpg", "c [1].webp"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(scene()).save(path)
    (tmp_path / "notes.txt").write_text("no photograph")
    return tmp_path


def test_installed_packages_hold_photographs_on_both_sides_of_the_split() -> None:
    sources = dependency_photographs()

    assert len(sources) >= 17
    assert {source.name for source in sources if source.split == "test"} == set(HELD_OUT)
    assert len({source.name for source in sources}) == len(sources)
    assert all(source.path and source.path.exists() for source in sources)


def test_the_test_side_can_be_chosen() -> None:
    held_out = {source.name for source in dependency_photographs(("moon", "page")) if source.split == "test"}

    assert held_out == {"moon", "page"}


def test_only_training_photographs_are_shown_in_another_light_and_beside_each_other() -> None:
    sources = shown_otherwise(dependency_photographs())

    train = {source.path for source in sources if source.split == "train"}
    assert all(source.vary == (source.split == "train") for source in sources)
    assert all(set(source.beside) == (train if source.split == "train" else set()) for source in sources)


def test_many_photographs_are_shown_as_they_are(folder: Path) -> None:
    few = shown_otherwise([Source(f"{number}", "train", folder / "b.png") for number in range(FEW)])
    many = shown_otherwise([Source(f"{number}", "train", folder / "b.png") for number in range(FEW + 1)])

    assert {source.vary for source in few} == {True}
    assert {source.vary for source in many} == {False}


def test_a_folder_gives_every_photograph_in_it_by_its_place(folder: Path) -> None:
    assert [source.name for source in photographs_in(folder)] == ["b", "c [1]", "sub/a"]


def test_the_side_of_a_photograph_depends_on_its_name_alone(folder: Path) -> None:
    before = {source.name: source.split for source in photographs_in(folder)}
    for number in range(40):
        Image.fromarray(scene(32, 32)).save(folder / f"more-{number}.png")

    after = {source.name: source.split for source in photographs_in(folder)}

    assert {name: after[name] for name in before} == before
    assert 3 <= list(after.values()).count("test") <= 16


def test_a_folders_test_side_can_be_chosen_by_name(folder: Path) -> None:
    sides = {source.name: source.split for source in photographs_in(folder, ("a", "b"))}

    assert sides == {"b": "test", "c [1]": "train", "sub/a": "test"}


def test_a_folder_without_photographs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoPhotographError, match="no photographs"):
        photographs_in(tmp_path)


def test_made_pictures_are_for_training_only() -> None:
    assert {source.split for source in procedural_sources()} == {"train"}


def test_views_of_one_photograph_differ_and_have_the_sides_asked_for() -> None:
    coffee = next(source for source in dependency_photographs() if source.name == "coffee")
    rng = np.random.default_rng(2)

    views = [view_of(coffee, 300, rng).rgb for _ in range(4)]

    assert len({view.tobytes() for view in views}) == 4
    assert all(min(view.shape[:2]) >= 256 and max(view.shape[:2]) <= 300 for view in views)


def test_a_photograph_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "half.jpg").write_bytes(b"\xff\xd8\xff")

    with pytest.raises(ImageError, match=r"half\.jpg: "):
        view_of(Source("half", "train", tmp_path / "half.jpg"), 256, np.random.default_rng(1))


def test_a_photograph_smaller_than_a_view_is_used_whole(folder: Path) -> None:
    view = view_of(Source("b.png", "train", folder / "b.png"), 512, np.random.default_rng(1))

    assert view.rgb.shape == (160, 200, 3)
