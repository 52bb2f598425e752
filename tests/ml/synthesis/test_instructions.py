import json
from pathlib import Path

import pytest

from ml.records import read_records
from ml.synthesis.build import build
from ml.synthesis.instructions import main, write_instructions
from ml.vocabulary import QUALITIES, word_of
from tests.ml.synthesis.small_build import photographs, small_order


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("instructions")
    build(base / "out", small_order(photographs(base / "photos"), images=3))
    return base / "out"


def test_every_region_gets_three_analyses_and_three_judgments(folder: Path) -> None:
    lines = [json.loads(line) for line in write_instructions(folder).read_text().splitlines()]

    records = read_records(folder)
    assert [line["region"] for line in lines] == [record.id for record in records for _ in range(6)]
    assert [(line["task"], line["type"]) for line in lines[:6]] == [
        (task, kind) for kind in ("AIR", "JIR") for task in ("quality", "importance", "distortion")
    ]
    assert (folder / lines[0]["image"]).exists()
    assert {line["split"] for line in lines} == {record.split for record in records}


def test_a_conversation_is_the_prompt_and_the_answer_of_its_record(folder: Path) -> None:
    first = json.loads(write_instructions(folder).read_text().splitlines()[0])

    human, answer = first["conversations"]
    assert human["from"] == "human"
    assert human["value"].startswith("<image>\nThis provides an overview of the image.")
    assert human["value"].endswith("<global><local>. Analyze the quality of this region.")
    word = word_of(read_records(folder)[0].quality, QUALITIES)
    assert answer == {"from": "gpt", "value": f"The quality is {word}."}


def test_the_same_seed_asks_the_same_and_another_seed_judges_otherwise(folder: Path) -> None:
    first, again, other = (write_instructions(folder, seed=seed).read_bytes() for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_the_command_prints_the_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(folder)])

    assert capsys.readouterr().out == f"{folder / 'instructions.jsonl'}\n"
