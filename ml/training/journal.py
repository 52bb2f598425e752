"""What happened in a run: a JSON object a line, and a progress bar."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Never

from tqdm import tqdm

SHARES = 1000


class Journal:
    """Appends to metrics.jsonl; lines after `step` come from steps that a kill undid, and go."""

    def __init__(self, path: Path, *, step: int, seen: bool) -> None:
        self.path, self.seen = path, seen
        self.file: IO[str] | None = None
        self.bar: tqdm[Never] = tqdm(
            total=SHARES, desc="training", bar_format="{l_bar}{bar}| {elapsed}{postfix}", disable=not seen
        )
        if not seen:
            return
        kept = [line for line in _lines(path) if json.loads(line)["step"] <= step]
        path.write_text("".join(kept), encoding="utf-8")
        self.file = path.open("a", encoding="utf-8")

    def note(self, line: Mapping[str, float]) -> None:
        """`progress` 0..1 moves the bar, `loss` stands beside it."""
        if self.file is None:
            return
        self.file.write(json.dumps({name: _short(number) for name, number in line.items()}) + "\n")
        self.file.flush()
        self.bar.set_postfix_str(f"step {line['step']:.0f}, loss {line['loss']:.3f}", refresh=False)
        self.bar.update(round(SHARES * min(1.0, line["progress"])) - self.bar.n)

    def close(self) -> None:
        self.bar.close()
        if self.file is not None:
            self.file.close()


def _lines(path: Path) -> list[str]:
    """Whole ones: a kill or a full disk may have left half of the last."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [line for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _short(number: float) -> float:
    return float(f"{number:.6g}") if isinstance(number, float) else number
