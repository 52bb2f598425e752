"""Each row of Table 4, from the commands of docs/evaluation.md to the table, with the smallest network."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors import safe_open

from ml import evaluate, train
from ml.evaluation.tables import VARIANTS
from ml.records.region import RegionRecord
from ml.seagull.manifest import describe
from ml.seagull.presets import PRESETS
from ml.seagull.versions import load_version
from ml.training.checkpoints import saved
from ml.training.loop import CHECKPOINTS, Run
from ml.training.loop import train as learn
from ml.training.recipes import RECIPES
from tests.ml.training.pupils import SMALL, build_of, photographs, small

ROWS = {
    "full": ((2, "pretrained", ()),),
    "no-pretraining": ((1, None, ()),),
    "no-jir": ((2, "pretrained", ("--no-jir",)),),
    "no-local": tuple((stage, parent, ("--no-local-view",)) for stage, parent in ((0, None), (1, "0"), (2, "1"))),
    "no-global": tuple((stage, parent, ("--no-global-view",)) for stage, parent in ((1, "eyes"), (2, "1"))),
}


class Table:
    """A folder of versions, and the data that they learn from and are measured on."""

    def __init__(self, folder: Path) -> None:
        self.data, self.versions, self.others = folder / "data", folder / "versions", folder / "others"
        records = photographs(self.data, 6, 3)
        build_of(self.data, [*records[:9], *(replace(record, split="test") for record in records[9:])])

    def train(self, out: Path, stage: int, parent: Path | None, *switches: str) -> None:
        start = () if parent is None else ("--from", str(parent))
        how = ("--stage", str(stage), "--epochs", "1", "--batch", "5", "--device", "cpu")
        train.main([str(self.data), "--out", str(out), *how, *start, *switches])

    def add(self, name: str) -> None:
        *before, last = ROWS[name]
        for stage, parent, switches in before:
            self.train(self.others / f"{name}-{stage}", stage, self._at(name, parent), *switches, "--no-test")
        stage, parent, switches = last
        self.train(self.versions / name, stage, self._at(name, parent), *switches)

    def _at(self, name: str, parent: str | None) -> Path | None:
        if parent is None:
            return None
        return self.others / (f"{name}-{parent}" if parent.isdigit() else parent)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRESETS, "tiny", SMALL)
        patch.setenv("OMP_WAIT_POLICY", "PASSIVE")  # the command would set it for good
        made = Table(tmp_path_factory.mktemp("table"))
        made.train(made.others / "eyes", 0, None, "--no-test")
        made.train(made.others / "pretrained", 1, made.others / "eyes", "--no-test")
        yield made


def test_each_switch_makes_a_row_of_the_table(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ROWS:
        table.add(name)
    capsys.readouterr()

    evaluate.main(["tables", str(table.versions)])

    printed = capsys.readouterr().out.split("Table 4: ablations\n\n")[1].splitlines()
    rows = {cells[0]: cells[1:] for cells in (line.strip("| ").split(" | ") for line in printed[2:])}
    assert list(rows) == list(VARIANTS.values())
    assert rows["w/o JIR"][4:] == ["–"] * 4  # the closed set tells types by yes and no, and these have no sentences
    said = [cell for name, cells in rows.items() for cell in (cells[:4] if name == "w/o JIR" else cells)]
    assert [cell for cell in said if not -1.0 <= float(cell) <= 100.0] == []
    views = {name: describe(table.versions / name).config for name in ROWS}
    assert [name for name, config in views.items() if not config.local_view] == ["no-local"]
    assert [name for name, config in views.items() if not config.global_view] == ["no-global"]
    facts = json.loads((table.versions / "no-jir" / "metrics.json").read_text(encoding="utf-8"))["training"]
    assert {facts["recipe"]["questions"][asked] for asked in ("judgements", "types")} == {0.0}


def test_what_is_switched_off_learns_nothing_and_the_rest_does(table: Table) -> None:
    table.train(table.others / "blinkered", 0, None, "--no-local-view", "--no-test")
    before = load_version(table.others / "eyes").state_dict()

    table.train(table.others / "blinkered-1", 1, table.others / "eyes", "--no-local-view", "--no-test")

    after = load_version(table.others / "blinkered-1").state_dict()
    changed = {name for name in after if not after[name].equal(before[name])}
    assert [name for name in changed if name.startswith("extractor.local_view.")] == []
    assert {".".join(name.split(".")[:2]) for name in changed} >= {"extractor.global_view", "heads.trunk"}


@pytest.mark.parametrize(
    ("stage", "view"), [(0, "local_view"), (1, "local_view"), (1, "global_view"), (2, "local_view")]
)
def test_every_weight_that_is_to_learn_is_reached_without_a_view(
    stage: int, view: str, records: list[RegionRecord], run: Run
) -> None:
    """Processes that train together wait for each other's gradient of each; the optimizer has a state of what had one."""
    seagull = small(replace(SMALL, **{view: False}))
    learn(seagull, records[:6], replace(RECIPES["tiny", stage], batch=2, epochs=1), replace(run, save_every=0.0))

    last = saved(run.folder / CHECKPOINTS)[-1]
    with (
        safe_open(last / "weights.safetensors", "pt") as weights,
        safe_open(last / "optimizer.safetensors", "pt") as of,
    ):
        reached = {name.split(".")[0] for name in of.keys()}  # noqa: SIM118 - not a dict
        assert len(reached) == len([*weights.keys()])


def test_the_global_view_is_needed_where_the_encoder_learns(table: Table) -> None:
    with pytest.raises(SystemExit, match=r"^error: stage 0 teaches the encoder through the global view"):
        table.train(table.others / "never", 0, None, "--no-global-view")
