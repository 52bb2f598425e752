"""Other people's raw votes: a CSV of stimulus, subject and score, as an old experiment has them.

It may also say of each stimulus of what content it is (regions of one image, versions of one scene) and under which condition,
and of each vote when it was given, in which session, and how long it took.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotation.errors import InvalidInput
from annotation.exchange.tables import table
from annotation.exchange.votes_course import UNKNOWN, Vote, moment_of, number_of, sittings_of

if TYPE_CHECKING:
    from annotation.aggregation.ballots import Floats
    from annotation.aggregation.panel import Panel

SCALE = "score"
WIDEST = 10_000
MOST_LEVELS = 11
"""A scale of more does not have a few whole levels."""
TOP_OF_SLIDER = 4
_ROUNDING = 1e-9
_NAMES = {
    "stimulus": ("stimulus", "region", "roi", "image", "item", "stimuli", "pvs"),
    "subject": ("subject", "annotator", "rater", "observer", "user", "worker"),
    "score": ("score", "vote", "rating", "level", "value", "opinion"),
}
"""What the three columns may be called."""
_OF_STIMULI = {
    "content": ("content", "source", "scene", "src", "reference"),
    "condition": ("condition", "hrc", "treatment", "distortion"),
}
_OF_VOTES = {
    "time": ("time", "timestamp", "created_at", "datetime"),
    "session": ("session", "sitting"),
    "milliseconds": ("milliseconds", "duration_ms", "response_ms"),
}
_WRONG_LINES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class OldVotes:
    """The panel has one scale, whose levels are counted from `lowest`; `repeated` votes came second and do not count.

    A level is `step` of the file's scores: 1 where they are a few whole levels. Any other scale, a slider's, is taken as one of
    five: what is said in levels, from an interval's floor to an alarm, would mean something else on each.
    """

    panel: "Panel"
    lowest: float
    highest: float
    repeated: int
    step: float

    def score(self, level: float) -> float:
        """On the file's own scale."""
        return self.lowest + level * self.step


def read_votes(path: Path, *, lowest: float | None = None, highest: float | None = None) -> OldVotes:
    """A subject's first vote on a stimulus counts, later ones are second looks.

    The scale's ends are the lowest and highest score there are unless given. Raises InvalidInput naming the lines that make no
    sense, or the column that is missing.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        about: dict[str, dict[str, str]] = {name: {} for name in _OF_STIMULI}
        votes = _read(table(file), about)
    if not votes:
        raise InvalidInput("The file has no votes below its first line.")
    scores = [vote.score for vote in votes]
    low = min(scores) if lowest is None else lowest
    high = max(scores) if highest is None else highest
    outside = [score for score in scores if not low <= score <= high]
    if outside:
        raise InvalidInput(f"{len(outside)} scores are outside {low:g} to {high:g}, for example {outside[0]:g}.")
    if low == high:
        raise InvalidInput(f"Every score is {low:g}; name the scale's ends with --lowest and --highest.")
    if high - low > WIDEST:
        raise InvalidInput(f"The scores reach from {low:g} to {high:g}; a scale has at most {WIDEST:,} steps.")
    return _old(votes, low, high, about)


def _read(reader: "csv.DictReader[str]", about: dict[str, dict[str, str]]) -> list[Vote]:
    try:
        return list(_votes(reader, about))
    except csv.Error as error:
        raise InvalidInput(f"The file cannot be read near line {reader.line_num + 1}: {error}.") from error


def _votes(reader: "csv.DictReader[str]", about: dict[str, dict[str, str]]) -> Iterator[Vote]:
    """`about` is filled with each stimulus's content and condition, where the file has such columns."""
    columns = _columns(reader.fieldnames or [])
    of_stimuli, of_votes = (_optional(reader.fieldnames or [], names) for names in (_OF_STIMULI, _OF_VOTES))
    wrong: list[str] = []
    for row in reader:
        stimulus, subject, text = ((row[columns[name]] or "").strip() for name in _NAMES)
        score = number_of(text)
        more = {name: (row[column] or "").strip() for name, column in of_votes.items()}
        moment, took = moment_of(more.get("time", "")), number_of(more.get("milliseconds", ""), UNKNOWN)
        if stimulus and subject and score is not None and moment is not None and took is not None:
            for name, column in of_stimuli.items():
                about[name].setdefault(stimulus, (row[column] or "").strip())
            yield Vote(stimulus, subject, score, moment, more.get("session", ""), took)
        elif text:
            said = ", ".join([repr(text), *(repr(value) for value in more.values())])
            wrong.append(f"line {reader.line_num} ({stimulus or 'no stimulus'}, {subject or 'no subject'}, {said})")
    if wrong:
        rest = f" and {len(wrong) - _WRONG_LINES_SHOWN} more" if len(wrong) > _WRONG_LINES_SHOWN else ""
        raise InvalidInput(f"These lines are no votes: {'; '.join(wrong[:_WRONG_LINES_SHOWN])}{rest}.")


def _columns(found: Iterable[str]) -> dict[str, str]:
    """The file's own name for each of the three columns."""
    by_name = {name.strip().lower(): name for name in found}
    columns = {}
    for column, names in _NAMES.items():
        known = [by_name[name] for name in names if name in by_name]
        if not known:
            raise InvalidInput(
                f"The file has no column for the {column}; call it one of {', '.join(names)}. "
                f"It has: {', '.join(by_name) or 'nothing'}."
            )
        columns[column] = known[0]
    return columns


def _optional(found: Iterable[str], names: dict[str, tuple[str, ...]]) -> dict[str, str]:
    by_name = {name.strip().lower(): name for name in found}
    known = {column: [by_name[name] for name in said if name in by_name] for column, said in names.items()}
    return {column: said[0] for column, said in known.items() if said}


def _old(votes: list[Vote], low: float, high: float, about: dict[str, dict[str, str]]) -> OldVotes:
    import numpy as np  # slow import

    from annotation.aggregation.panel import Answers, Panel, no_answers  # slow import

    stimuli, region = np.unique([vote.stimulus for vote in votes], return_inverse=True)
    subjects, annotator = np.unique([vote.subject for vote in votes], return_inverse=True)
    level, top, step = _levels(np.array([vote.score for vote in votes]) - low, high - low)
    _, firsts = np.unique(region * len(subjects) + annotator, return_index=True)
    first = np.zeros(len(votes), bool)
    first[firsts] = True
    moment, took = np.array([vote.moment for vote in votes]), np.array([vote.milliseconds for vote in votes])
    every = Answers(region, annotator, {SCALE: level}, took, moment, *sittings_of(votes, annotator, moment))
    nobody = no_answers([SCALE])
    panel = Panel(
        regions=stimuli.tolist(),
        annotators=subjects.tolist(),
        tops={SCALE: top},
        excluded=np.zeros(len(subjects), bool),
        votes=every.where(first),
        gold=nobody,
        expected={SCALE: np.zeros(0)},
        again=every.where(~first),
        image=_numbers(stimuli.tolist(), about["content"]),
        condition=_numbers(stimuli.tolist(), about["condition"]),
    )
    return OldVotes(panel, low, high, int((~first).sum()), step)


def _levels(above: "Floats", width: float) -> "tuple[Floats, int, float]":
    """Of scores above the lowest one: their levels, the highest level there is, and how many scores a level is."""
    import numpy as np

    every = np.append(above, width)
    few_whole = width < MOST_LEVELS and np.abs(every - np.round(every)).max() < _ROUNDING
    step = 1.0 if few_whole else width / TOP_OF_SLIDER
    level, nearest = above / step, np.round(above / step)
    return np.where(np.abs(level - nearest) < _ROUNDING, nearest, level), round(width / step), step


def _numbers(stimuli: list[str], names: dict[str, str]) -> Any:
    """A number for each stimulus's name, None where the file has no such column."""
    import numpy as np

    return np.unique([names[stimulus] for stimulus in stimuli], return_inverse=True)[1] if names else None
