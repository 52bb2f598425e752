import json
import math
from dataclasses import dataclass
from pathlib import Path

from ml.evaluation.plain import plain, write_json


@dataclass(frozen=True)
class Pot:
    name: str
    shares: tuple[float, ...]
    lids: dict[str, float | None]


def test_what_is_no_number_is_null() -> None:
    pot = Pot("tea", (1.0, math.nan, math.inf), {"big": -math.inf, "small": None})

    assert plain(pot) == {"name": "tea", "shares": [1.0, None, None], "lids": {"big": None, "small": None}}
    assert plain([pot, 3, True, "nan"])[1:] == [3, True, "nan"]


def test_a_file_is_written_into_a_folder_that_was_not_there(tmp_path: Path) -> None:
    write_json(tmp_path / "runs" / "one.json", {"pot": Pot("tea", (math.nan,), {})})

    found = json.loads((tmp_path / "runs" / "one.json").read_text(encoding="utf-8"))
    assert found == {"pot": {"name": "tea", "shares": [None], "lids": {}}}
