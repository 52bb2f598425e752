"""The page that lies beside every export: what it is, of which snapshot, by which rule, and what its columns mean."""

from collections.abc import Iterable, Mapping

from annotation.aggregation.intervals import PRIOR_VOTES, SOS
from annotation.exchange.columns import Column
from annotation.exchange.records import Counts, Header
from annotation.opinion import SCALES

_LABELS = """\
- A region is `settled` once it has the wanted number of votes by different people, `disputed` while one of its
  distortions is tied, `open` before that.
- A distortion is *without* iff strictly more than half of the live votes say non-existent; a tie is *with*. Its
  severity is the mean of the votes 0 to 4 (`severity=affected`) or of all votes (`severity=all`).
- Quality and importance are the means of the votes.
- A mean becomes one of five words by equal fifths of the scale 0..M, the upper end of each fifth included (Eq. 1 of
  the SEAGULL paper), computed on whole numbers; zero belongs to the lowest word and what is above M to the highest.
"""
_INTERVALS = """\
- Intervals are 95 % empirical-Bayes intervals of a mean: Student's t with the votes' variance shrunk towards the
  curve {a} · mean · (top − mean), which weighs as much as {votes} votes, and never of zero width{own}.
"""


def rules_of(noise: Mapping[str, float] | None = None) -> str:
    """`noise` has the SOS parameter of each scale where the intervals go by the study's own."""
    if not noise:
        return _LABELS + _INTERVALS.format(a=SOS, votes=PRIOR_VOTES, own="")
    own = f";\n  a is this panel's own noise: {', '.join(f'{scale} {noise[scale]:g}' for scale in SCALES)}"
    return _LABELS + _INTERVALS.format(a="a", votes=PRIOR_VOTES, own=own)


def write_card(
    header: Header, counts: Counts, *, files: Mapping[str, str], tables: Mapping[str, Iterable[Column]] | None = None
) -> str:
    """`files` says what each file is; `tables` which columns the files that are tables have."""
    parts = [
        _title(header),
        _numbers(header, counts),
        "## Files\n",
        _list(files),
        "## How a label comes about\n",
        rules_of(header.noise),
    ]
    for name, columns in (tables or {}).items():
        parts += [f"## Columns of {name}\n", _table(columns)]
    return "\n".join(parts)


def _title(header: Header) -> str:
    return (
        f"# {_plain(header.name)}\n\nWhat people said about regions of photographs: six distortions, quality and "
        "importance, as raw votes and as the labels that follow from them.\n"
    )


def _numbers(header: Header, counts: Counts) -> str:
    rows = [
        ("snapshot", f"`{header.sha256}`"),
        ("rule", f"`{header.rule}`"),
        ("votes wanted per region", header.votes_wanted),
        ("images", counts.images),
        ("regions", f"{counts.regions} ({counts.settled} settled, {counts.disputed} disputed, {counts.open} open)"),
        ("votes", f"{counts.votes} ({_kinds(counts)})"),
        *_about_people(header),
    ]
    if header.without_exposed:
        told = (counts.live, counts.surplus, counts.retracted, counts.excluded, counts.other_purpose)
        exposed = counts.votes - sum(told)
        rows.append(
            ("left out", f"{exposed} votes that saw a model's guess first; a label needs the wanted votes without")
        )
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows), ""])


def _kinds(counts: Counts) -> str:
    """How many votes there are of each kind; the rare kinds only where there are any."""
    rare = (("excluded", counts.excluded), ("of warm-ups, repeats, gold and exams", counts.other_purpose))
    words = [f"{counts.live} live", f"{counts.surplus} surplus", f"{counts.retracted} retracted"]
    return ", ".join(words + [f"{count} {name}" for name, count in rare if count])


def _about_people(header: Header) -> list[tuple[str, object]]:
    """The annotators, and those whose votes do not count; nothing in a snapshot of the first format."""
    excluded = [person for person in header.people if person.excluded]
    rows: list[tuple[str, object]] = [("annotators", len(header.people))] if header.people else []
    if header.codebook is not None:
        rows.append(("guidelines followed at the end", f"number {header.codebook}"))
    checks = sum(person.checks for person in header.people)
    if checks:
        passed = sum(person.checks_passed for person in header.people)
        rows.append(("viewing checks", f"{checks}, {passed} passed"))
    if excluded:
        which = "counted all the same in these labels" if header.with_excluded else "not counted"
        rows.append(("excluded annotators", f"{len(excluded)}, {which}"))
    return rows


def _list(files: Mapping[str, str]) -> str:
    return "".join(f"- `{name}`: {meaning}\n" for name, meaning in files.items())


def _table(columns: Iterable[Column]) -> str:
    rows = (f"| `{column.name}` | {column.kind} | {column.meaning} |" for column in columns)
    return "\n".join(["| column | kind | meaning |", "|---|---|---|", *rows, ""])


def _plain(text: str) -> str:
    """A study's name on one line, with nothing that Markdown or HTML would take for its own."""
    line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|&" else sign for sign in line)
