"""`python -m ml.compare CANDIDATE CHAMPION DIR`: may the candidate take the champion's place?

Both are asked about the test split of DIR, and the gate says what follows (docs/evaluation.md). The exit status says
only whether there was an answer.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.evaluate import split_of
from ml.evaluation.details import Details, details
from ml.evaluation.gate import Check, Verdict, decide
from ml.evaluation.plain import plain, write_json
from ml.evaluation.predictions import PRESENT
from ml.evaluation.report import Answers, Judge, Report, ask, report_of
from ml.evaluation.tables import markdown
from ml.records import RegionRecord, read_records


@dataclass(frozen=True)
class Measured:
    report: Report
    details: Details

    @classmethod
    def of(cls, answers: Answers, version: str) -> "Measured":
        report = report_of(answers, version=version, threshold=PRESENT)
        return cls(report, details(answers.records, answers.judged()))

    def as_dict(self) -> dict[str, Any]:
        return {**plain(self.report), "details": plain(self.details)}


@dataclass(frozen=True)
class Comparison:
    verdict: Verdict
    tries: int
    candidate: Measured
    champion: Measured

    def as_dict(self) -> dict[str, Any]:
        models = {"candidate": self.candidate.as_dict(), "champion": self.champion.as_dict()}
        return {"better": self.verdict.better, "tries": self.tries, "checks": plain(self.verdict.checks), **models}

    def summary(self) -> str:
        report = self.candidate.report
        rows = [_row(check) for check in self.verdict.checks]
        return (
            f"{report.version} against {self.champion.report.version} on {report.regions} test regions of "
            f"{report.sources} photographs, try {self.tries}\n\n"
            f"{markdown(['', 'champion', 'candidate', 'difference', 'bound', 'p', ''], rows)}\n\n"
            f"{report.version} is {'better' if self.verdict.better else 'not better'}"
        )


def compare(
    candidate: Judge, champion: Judge, records: Sequence[RegionRecord], names: tuple[str, str], *, tries: int, seed: int
) -> Comparison:
    """`names` of the candidate and of the champion. Raises ValueError as `decide` does."""
    new, old = ask(candidate, records, version=names[0]), ask(champion, records, version=names[1])
    verdict = decide(new.records, old.judged(), new.judged(), tries=tries, seed=seed)
    return Comparison(verdict, tries, Measured.of(new, names[0]), Measured.of(old, names[1]))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.tries < 1:
        parser.error("--tries counts this candidate as well: at least 1")
    try:
        comparison = _compare(options)
    except (ValueError, OSError) as error:
        raise SystemExit(f"error: {error}") from error
    print(comparison.summary())
    if options.json is not None:
        write_json(options.json, comparison.as_dict())


def _compare(options: argparse.Namespace) -> Comparison:
    from ml.evaluation.judging import judge_at  # slow import

    records = split_of(read_records(options.directory), "test")
    candidate, champion = judge_at(options.candidate), judge_at(options.champion)
    names = (options.candidate.name, options.champion.name)
    return compare(candidate, champion, records, names, tries=options.tries, seed=options.seed)


def _row(check: Check) -> list[str]:
    verdict = "passed" if check.passed else "failed"
    between = "" if check.low is None or check.high is None else f" [{check.low:.3f}, {check.high:.3f}]"
    return [
        check.measure,
        _number(check.champion),
        _number(check.candidate),
        f"{_number(check.difference)}{between}",
        _number(check.bound),
        _number(check.p_value),
        verdict if check.decides else f"({verdict})",
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml.compare", description=__doc__)
    add = parser.add_argument
    add("candidate", type=Path, metavar="CANDIDATE", help="a version's directory")
    add("champion", type=Path, metavar="CHAMPION", help="the version in its place")
    add(
        "directory",
        type=Path,
        metavar="DIR",
        help="an export with images, or a synthetic build; its test split is used",
    )
    add("--json", type=Path, default=None, metavar="FILE", help="where to write checks, reports and details")
    add("--tries", type=int, default=1, metavar="K", help="candidates measured on this test split, this one included")
    add("--seed", type=int, default=1, help="of the draws of photographs")
    return parser


if __name__ == "__main__":
    main()
