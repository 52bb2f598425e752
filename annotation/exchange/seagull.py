"""SEAGULL: one JSON record per region, and the instruction-response file a SEAGULL model is trained on."""

from annotation.aggregation.labels import ScaleLabel
from annotation.exchange.card import write_card
from annotation.exchange.columns import Column
from annotation.exchange.csv_files import NOTE, CsvTable
from annotation.exchange.instructions import SYSTEM, instructions_for
from annotation.exchange.json_array import JsonArray
from annotation.exchange.records import Counts, ImageFacts, RegionFacts, interval_of, rounded
from annotation.exchange.writer import Writer
from annotation.opinion import DISTORTIONS

FILES = {
    "labels.json": "an array with one record per region: image, split, mask, box, and for each scale the label with its "
    "histogram and interval. `n`, `sd` and `interval` are of the votes the level comes from.",
    "instructions.json": "analysis (AIR) and judgment (JIR) conversations of settled regions, as in section 3.3 of the "
    "paper; `region` is a record's `id` in labels.json, `<global>` and `<local>` stand for its mask.",
    "votes.csv": "one row per vote, retracted and surplus ones too.",
}
RECORD = (
    Column("id", "integer", "The region's number in the study's database."),
    Column("image", "text", "name, sha256, file (in an export with images), width, height, outside_mos."),
    Column("split", "text", "train or test; all regions of a photograph are on the same side."),
    Column("rle", "text", "The mask in COCO's compressed run-length code: size (height, width) and counts."),
    Column("box", "integer", "x, y, width, height in pixels."),
    Column("area", "integer", "Pixels inside the mask."),
    Column("level", "text", "object or component."),
    Column("source", "text", "proposed, drawn or imported."),
    Column("distortions", "text", "For each of the six: present, severity, level, mean_all, mean_affected and below."),
    Column("quality, importance", "text", "word, level, mean and the following."),
    Column("... histogram", "counts", "Votes per level, lowest first; of a distortion the sixth is non-existent."),
    Column("... n, sd, interval", "number", "Of the votes the level is taken from; the interval has 95 %."),
    Column("n", "integer", "Votes that count: neither retracted nor surplus, nor left out as exposed."),
    Column("exposed_share", "number", "Share of these votes that saw a model's answer first."),
    Column("status", "text", "open, settled, disputed, or adjudicated: a reviewer decided."),
    Column("rule", "text", "Version and choices of the rules the label follows."),
)


class SeagullWriter(Writer):
    def start(self) -> None:
        self.labels = self.files.enter_context(JsonArray(self.folder / "labels.json"))
        self.instructions = self.files.enter_context(JsonArray(self.folder / "instructions.json"))
        self.votes = self.files.enter_context(CsvTable(self.folder / "votes.csv", self.vote_columns))

    def add(self, region: RegionFacts) -> None:
        self.labels.add(label_record(region))
        for conversation in instructions_for(region):
            self.instructions.add(conversation)
        for row in self.vote_rows(region):
            self.votes.add(row)

    def card(self, counts: Counts) -> str:
        prompt = f"\n## Prompt\n\nThe conversations go after this system message:\n\n> {SYSTEM}\n"
        text = write_card(
            self.header, counts, files=FILES, tables={"labels.json": RECORD, "votes.csv": self.vote_columns}
        )
        return text + NOTE + prompt


def label_record(region: RegionFacts) -> dict[str, object]:
    return {
        "id": region.id,
        "image": image_record(region.image),
        "split": region.image.split,
        "rle": region.coco_rle,
        "box": region.box,
        "area": region.area,
        "level": region.level,
        "source": region.source,
        "distortions": {name: _distortion(region.labels[name]) for name in DISTORTIONS},
        "quality": _score(region.labels["quality"]),
        "importance": _score(region.labels["importance"]),
        "n": region.live,
        "exposed_share": region.exposed_share,
        "status": region.said_status,
        "rule": region.rule,
    }


def image_record(image: ImageFacts) -> dict[str, object]:
    return {
        "name": image.name,
        "sha256": image.sha256,
        "file": image.file,
        "width": image.width,
        "height": image.height,
        "outside_mos": image.outside_mos,
    }


def _distortion(label: ScaleLabel) -> dict[str, object]:
    return {
        "present": label.present,
        "severity": label.word,
        "level": label.level,
        "mean_all": rounded(label.of_all.mean),
        "mean_affected": rounded(label.of_affected.mean) if label.of_affected else None,
        **_spread(label),
    }


def _score(label: ScaleLabel) -> dict[str, object]:
    return {"word": label.word, "level": label.level, "mean": rounded(label.of_all.mean), **_spread(label)}


def _spread(label: ScaleLabel) -> dict[str, object]:
    record = label.of_record
    return {
        "histogram": label.histogram,
        "n": record.votes,
        "sd": rounded(record.sd),
        "interval": interval_of(record),
    }
