import pytest

from annotation.actions.snapshots import take_snapshot
from annotation.exchange.columns import LABEL_COLUMNS, VOTE_COLUMNS, label_row, vote_row
from tests.annotation.exchange.snapshots import make_nest, read_regions

KINDS = {"text": str, "integer": int, "number": (int, float), "flag": bool, "time": str, "counts": tuple}


@pytest.mark.django_db
def test_rows_have_a_value_of_the_right_kind_in_every_column() -> None:
    regions = read_regions(take_snapshot(study=make_nest().study))

    for region in regions:
        for columns, row in [
            (LABEL_COLUMNS, label_row(region)),
            *((VOTE_COLUMNS, vote_row(region, v)) for v in region.votes),
        ]:
            for column, value in zip(columns, row, strict=True):
                assert value is None or isinstance(value, KINDS[column.kind]), column.name
                assert not isinstance(value, bool) or column.kind == "flag", column.name
                assert not isinstance(value, tuple) or len(value) == column.length, column.name


def test_names_are_unique_and_every_column_is_explained() -> None:
    for columns in (LABEL_COLUMNS, VOTE_COLUMNS):
        assert len({column.name for column in columns}) == len(columns)
        assert [column.name for column in columns if not column.meaning.endswith(".")] == []
