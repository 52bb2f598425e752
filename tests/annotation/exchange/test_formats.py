import hashlib
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from annotation.actions.exports import write_snapshot
from annotation.actions.snapshots import take_snapshot
from annotation.enums import ExportFormat
from annotation.exchange.formats import WRITERS, ImageLostError
from annotation.exchange.meter import Meter
from tests.annotation.exchange.snapshots import make_nest, write

pytestmark = pytest.mark.django_db


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_format_of_the_product_has_a_writer() -> None:
    assert list(WRITERS) == ExportFormat.values


def test_one_pass_writes_what_a_pass_for_each_writes(tmp_path: Path) -> None:
    study = make_nest().study
    told: list[tuple[int, int]] = []
    snapshot = take_snapshot(study=study)

    together = {name: tmp_path / "together" / name for name in WRITERS}
    write_snapshot(snapshot, together, Meter(lambda done, total: told.append((done, total)), 12))
    for name in WRITERS:
        write(study, name, tmp_path / "alone" / name)

    assert told[-1] == (12, 12)
    assert files(tmp_path / "together") == files(tmp_path / "alone")
    assert len(files(tmp_path / "alone")) == 4 + 3 + 3 + 3 + 5 + 5


@pytest.mark.parametrize("name", ["csv", "hf"])
def test_the_originals_are_beside_the_labels_when_asked_for(tmp_path: Path, name: str) -> None:
    nest = make_nest()
    write(nest.study, name, tmp_path, include_images=True)

    originals = {path.stem: path.read_bytes() for path in (tmp_path / "images").iterdir()}

    assert sorted(originals.values()) == [b"first", b"second"]
    assert {stem: hashlib.sha256(data).hexdigest() for stem, data in originals.items()} == {s: s for s in originals}


@pytest.mark.parametrize("data, said", [(None, "not in the store any more"), (b"", "damaged"), (b"secomd", "damaged")])
def test_an_original_that_is_gone_or_another_is_named(tmp_path: Path, data: bytes | None, said: str) -> None:
    nest = make_nest()
    name = nest.clean.image.file.name
    default_storage.delete(name)
    if data is not None:
        default_storage.save(name, ContentFile(data))

    with pytest.raises(ImageLostError) as error:
        write(nest.study, "csv", tmp_path, include_images=True)

    assert str(error.value) == f"The original of b.png is {said}; import that photograph again."
