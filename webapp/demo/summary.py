"""The demonstration's report for a person."""

from collections.abc import Mapping
from os.path import commonpath
from pathlib import Path
from typing import Any

from annotation.enums import Decision


def print_summary(report: Mapping[str, Any]) -> None:
    found, seconds = report["recovery"], report["seconds"]
    rate = report["votes_this_run"] / seconds["votes"] if seconds["votes"] else 0
    lines = [
        "",
        f"study {report['study']}: {report['images']} photographs, {report['regions']} regions, {report['votes']} votes "
        f"by {report['annotators']} annotators, {report['settled']} labels settled",
        f"{report['votes_this_run']} votes in this run at {rate:.0f} votes/s over HTTP; "
        f"{report['surplus']} over quota and kept apart",
        f"hidden truth: quality SROCC {found['quality_srocc']}, importance SROCC {found['importance_srocc']}, "
        f"with/without right in {_share(found['with_or_without_right'])}",
        *_model(report["model"]),
        *_failed(report["failed_images"]),
        "seconds: " + ", ".join(f"{name} {value}" for name, value in seconds.items()),
        "",
        *_exports(report["exports"]),
        "",
        f"Open {report['address']} and sign in as (the study “Try it yourself” waits for your votes)",
        *[f"  {name:10} password {password}" for name, password in report["logins"].items()],
    ]
    print("\n".join(lines), flush=True)


def _share(value: float | None) -> str:
    return "no labels yet" if value is None else f"{100 * value:.1f} %"


def _exports(paths: Mapping[str, str]) -> list[str]:
    """Each lies in a folder of its own below the one that is named first."""
    folder = commonpath([Path(path).parent for path in paths.values()])
    return [f"Exports in {folder}", *[f"  {name:8} {Path(path).relative_to(folder)}" for name, path in paths.items()]]


def _failed(images: int) -> list[str]:
    return [f"proposals failed on {images} photographs; the page of images says why"] if images else []


def _model(said: Mapping[str, Any]) -> list[str]:
    loop = said["loop"]
    if loop is None:
        return ["no model spoke: there is none to prelabel with"]
    lines = [
        f"the model learnt from {loop['learnt_from']} labels, the gate looked at {loop['tested_on']} others "
        f"of {loop['test_images']} photographs: {Decision(loop['decision']).label.lower()}"
    ]
    closer = {scale: loop.get(f"{scale}_closer") for scale in ("quality", "importance")}
    return lines + [_closer(scale, found) for scale, found in closer.items() if found is not None]


def _closer(scale: str, found: Mapping[str, float]) -> str:
    """A loss is said as plainly as a gain."""
    moved = "came closer to" if found["gain"] > 0 else "came no closer to"
    return (
        f"its guesses of {scale} {moved} the hidden truth there: SROCC {found['before']:.2f} before, "
        f"{found['after']:.2f} after, {found['gain']:+.2f} [{found['low']:+.2f}, {found['high']:+.2f}]"
    )
