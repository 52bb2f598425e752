"""COCO: annotations.json with compressed masks and the labels as attributes, for pycocotools and what is built on it."""

import shutil

from annotation.enums import RegionLevel
from annotation.exchange.card import write_card
from annotation.exchange.columns import LABEL_COLUMNS, Value, label_row
from annotation.exchange.csv_files import NOTE, CsvTable
from annotation.exchange.json_array import JsonArray, encode
from annotation.exchange.records import Counts, Header, ImageFacts, RegionFacts
from annotation.exchange.writer import Writer

CATEGORIES = {level: number for number, level in enumerate(RegionLevel.values, start=1)}
SKIPPED = 16
"""The first columns say what COCO has places of its own for."""
ATTRIBUTES = LABEL_COLUMNS[SKIPPED:]
_NAMES = [column.name for column in ATTRIBUTES]


class CocoWriter(Writer):
    """Annotations go straight into the file; the images wait beside it, since COCO keeps them in an array of their own."""

    def start(self) -> None:
        self._images = self.folder / "images.part"
        self.images = self.files.enter_context(JsonArray(self._images, before=',\n"images":', after="}\n"))
        before = f'{_head(self.header)},\n"annotations":'
        self.annotations = self.files.enter_context(JsonArray(self.folder / "annotations.json", before, after=""))
        self.votes = self.files.enter_context(CsvTable(self.folder / "votes.csv", self.vote_columns))
        self._last = 0

    def add(self, region: RegionFacts) -> None:
        if region.image.id != self._last:
            self._last = region.image.id
            self.images.add(_image(region.image))
        self.annotations.add(_annotation(region))
        for row in self.vote_rows(region):
            self.votes.add(row)

    def finish(self, counts: Counts) -> None:
        super().finish(counts)
        with self._images.open("rb") as images, (self.folder / "annotations.json").open("ab") as file:
            shutil.copyfileobj(images, file)
        self._images.unlink()

    def card(self, counts: Counts) -> str:
        files = {
            "annotations.json": "COCO object annotations: `segmentation` is compressed run-length code, `category_id` "
            "object or component, and `attributes` the label.",
            "votes.csv": "one row per vote, retracted and surplus ones too; `region_id` is the annotation's `id`.",
        }
        tables = {"attributes": ATTRIBUTES, "votes.csv": self.vote_columns}
        return write_card(self.header, counts, files=files, tables=tables) + NOTE


def _head(header: Header) -> str:
    """The opening of the object, up to the arrays."""
    categories = [{"id": number, "name": level, "supercategory": "region"} for level, number in CATEGORIES.items()]
    info = {"description": header.name, "version": header.sha256, "rule": header.rule}
    return f'{{"info":{encode(info)},\n"licenses":[],\n"categories":{encode(categories)}'


def _image(image: ImageFacts) -> dict[str, object]:
    return {
        "id": image.id,
        "file_name": image.file,
        "width": image.width,
        "height": image.height,
        "name": image.name,
        "sha256": image.sha256,
        "split": image.split,
        "outside_mos": image.outside_mos,
    }


def _annotation(region: RegionFacts) -> dict[str, object]:
    attributes: dict[str, Value] = dict(zip(_NAMES, label_row(region)[SKIPPED:], strict=True))
    return {
        "id": region.id,
        "image_id": region.image.id,
        "category_id": CATEGORIES[region.level],
        "segmentation": region.coco_rle,
        "bbox": region.box,
        "area": region.area,
        "iscrowd": 0,
        "attributes": attributes,
    }
