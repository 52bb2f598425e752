from pathlib import Path

import pytest

from annotation.exchange import parquet
from annotation.exchange.columns import LABEL_COLUMNS, VOTE_COLUMNS, label_row
from annotation.models import Vote
from annotation.opinion import SCALES
from tests.annotation.exchange.snapshots import make_nest, read_regions, write

pytestmark = pytest.mark.django_db


def test_the_tables_hold_every_row_typed(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    nest = make_nest()
    snapshot = write(nest.study, "parquet", tmp_path)

    labels, votes = pq.read_table(tmp_path / "labels.parquet"), pq.read_table(tmp_path / "votes.parquet")

    names = [column.name for column in LABEL_COLUMNS]
    rows = [dict(zip(names, label_row(region), strict=True)) for region in read_regions(snapshot)]
    expected = [{name: list(v) if isinstance(v, tuple) else v for name, v in row.items()} for row in rows]
    assert labels.to_pylist() == expected
    assert votes.column_names == [column.name for column in VOTE_COLUMNS]
    stored = {vote.pk: vote for vote in Vote.objects.all()}
    assert {row["vote_id"] for row in votes.to_pylist()} == set(stored)
    for row in votes.to_pylist():
        vote = stored[row["vote_id"]]
        assert tuple(row[scale] for scale in SCALES) == vote.opinion.levels()
        assert (row["created_at"], row["retracted_at"]) == (vote.created_at, vote.retracted_at)
        assert (row["device_pixel_ratio"], row["counted"]) == (1.0, not vote.surplus and vote.retracted_at is None)


def test_rows_leave_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow.parquet as pq

    monkeypatch.setattr(parquet, "ROW_GROUP", 4)
    monkeypatch.setattr(parquet, "BATCH", 2)
    write(make_nest().study, "parquet", tmp_path)

    file = pq.ParquetFile(tmp_path / "votes.parquet")

    assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [4, 4, 1]


def test_a_folder_whose_name_looks_like_an_address_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    write(make_nest().study, "parquet", Path("labels:v2"))

    assert sorted(path.name for path in (tmp_path / "labels:v2").glob("*.parquet")) == [
        "labels.parquet",
        "votes.parquet",
    ]
