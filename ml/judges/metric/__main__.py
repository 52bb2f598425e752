"""`python -m ml.judges.metric fit DIR --out VERSION_DIR`: the metric fitted on labelled regions becomes a version."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ml.evaluation.judging import scores_of
from ml.evaluation.plain import plain
from ml.evaluation.predictions import PRESENT
from ml.evaluation.report import evaluate
from ml.judges.metric.fitting import features_of_records, fit_metric
from ml.judges.metric.judge import MetricJudge, save_metric
from ml.records import RegionRecord, read_records


def fit(directory: Path, out: Path) -> None:
    """On the train split; where there is a test split, its report lies in metrics.json. Raises ValueError."""
    records = sorted(read_records(directory), key=lambda record: str(record.image))
    train, test = ([record for record in records if record.split == split] for split in ("train", "test"))
    if not train:
        raise ValueError(f"there are no train regions among the {len(records)}")
    judge = MetricJudge(fit_metric(train, features_of_records(train)))
    training = {"regions": len(train), "images": len({record.image for record in train})}
    save_metric(out, judge.fit, {"training": training, **_tested(judge, test, out.name)})


def _tested(judge: MetricJudge, records: Sequence[RegionRecord], name: str) -> dict[str, Any]:
    if not records:
        return {}
    return {"test": plain(evaluate(scores_of(judge), records, version=name, threshold=PRESENT))}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m ml.judges.metric", description=__doc__)
    fitting = parser.add_subparsers(required=True).add_parser("fit", help="on the train split of a labelled directory")
    fitting.add_argument("directory", type=Path, metavar="DIR", help="a synthetic build or an export with labels")
    fitting.add_argument("--out", type=Path, required=True, metavar="VERSION_DIR", help="must not exist yet")
    options = parser.parse_args(arguments)
    try:
        fit(options.directory, options.out)
    except (ValueError, OSError) as error:
        raise SystemExit(f"error: {error}") from error
    print(f"{options.out} is ready; `python -m ml.evaluate {options.out} DIR` says how good it is")


if __name__ == "__main__":
    main()
