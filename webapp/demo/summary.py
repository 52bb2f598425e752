"""The demonstration's report for a person."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def print_summary(report: Mapping[str, Any]) -> None:
    found, seconds = report["recovery"], report["seconds"]
    rate = report["votes_this_run"] / seconds["votes"] if seconds["votes"] else 0
    lines = [
        "",
        f"{report['images']} photographs, {report['regions']} regions, {report['votes']} votes "
        f"by {report['annotators']} annotators, {report['settled']} labels settled",
        f"{report['votes_this_run']} votes in this run at {rate:.0f} votes/s over HTTP; "
        f"{report['surplus']} over quota and kept apart",
        f"hidden truth: quality SROCC {found['quality_srocc']}, importance SROCC {found['importance_srocc']}, "
        f"with/without right in {_share(found['with_or_without_right'])}",
        "seconds: " + ", ".join(f"{name} {value}" for name, value in seconds.items()),
        "",
        f"Exports in {Path(next(iter(report['exports'].values()))).parent}",
        *[f"  {name:8} {Path(path).name}" for name, path in report["exports"].items()],
        "",
        f"Open {report['address']} and sign in as (the study “Try it yourself” waits for your votes)",
        *[f"  {name:10} password {password}" for name, password in report["logins"].items()],
    ]
    print("\n".join(lines), flush=True)


def _share(value: float | None) -> str:
    return "no labels yet" if value is None else f"{100 * value:.1f} %"
