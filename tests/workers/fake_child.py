"""In place of the processes that train and compare."""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml.shipped import TINY
from tests.webapp.pages.test_models import report_of
from workers.child import ChildFailedError, Spent


@dataclass
class FakeChild:
    """Writes a candidate and a comparison; `fails` at a module, or `kills` it as a dead worker would leave it."""

    better: bool = True
    fails: str = ""
    kills: str = ""
    asked: list[str] = field(default_factory=list)

    def __call__(
        self, module: str, arguments: Sequence[str], *, log: Path, watch: Callable[[], None], processes: int = 1
    ) -> Spent:
        self.asked.append(module)
        given = list(arguments)
        log.write_text("reading images\rtraining: 100%\n")
        if module == self.kills:
            self.kills = ""
            raise KeyboardInterrupt
        if module == self.fails:
            raise ChildFailedError("record 7: there is no image")
        out = Path(given[given.index("--out" if module == "ml.train" else "--json") + 1])
        (self._train if module == "ml.train" else self._compare)(out)
        watch()
        return Spent(12.5, 7.0)

    def _train(self, out: Path) -> None:
        shutil.copytree(TINY, out)
        words = b'{"training": {"seed": 7}}'
        (out / "metrics.json").write_bytes(words)
        manifest = json.loads((out / "manifest.json").read_text())
        manifest["files"]["metrics.json"] = {"sha256": hashlib.sha256(words).hexdigest(), "size": len(words)}
        manifest["parent"] = hashlib.sha256((TINY / "manifest.json").read_bytes()).hexdigest()
        (out / "manifest.json").write_text(json.dumps(manifest))
        journal = out.with_name("candidate.training")
        journal.mkdir()
        steps = [{"step": n, "loss": 3.0 - n, "progress": n / 2, "regions_per_second": 50.0} for n in (1, 2)]
        (journal / "metrics.jsonl").write_text("".join(json.dumps(step) + "\n" for step in steps) + '{"step": 3, "lo')

    def _compare(self, out: Path) -> None:
        numbers = {"champion": 0.6, "candidate": 0.7, "difference": 0.1, "low": 0.05, "high": 0.2, "bound": 0.0}
        check: dict[str, Any] = {**numbers, "measure": "quality_srocc", "p_value": 0.01}
        checks = [check | {"decides": True, "passed": self.better}]
        models = {"candidate": report_of(0.7, 1), "champion": report_of(0.6, 1)}
        out.write_text(json.dumps({"better": self.better, "tries": 1, "checks": checks, **models}))
