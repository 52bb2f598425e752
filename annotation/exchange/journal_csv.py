"""A study's journal for a spreadsheet: times in UTC, words as programs know them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from annotation.exchange.csv_files import safe
from annotation.queries.journal import Line, names_of, topic_of

HEADING = ("at", "topic", "kind", "by", "whom", "subject", "target", "count", "before", "after")


def journal_csv(pages: Iterable[Sequence[Line]]) -> Iterator[str]:
    """The heading, then the lines of each page, in pieces to be sent one after the other."""
    yield _text([HEADING])
    for lines in pages:
        names = names_of(lines)
        yield _text([_row(line, names) for line in lines])


def _row(line: Line, names: dict[int, str]) -> Sequence[object]:
    at = line.mark.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    people = [names.get(pk, "") if pk else "" for pk in (line.by, line.whom)]
    texts = [safe(text) for text in (*people, line.subject)]
    return [at, topic_of(line.kind), line.kind, *texts, line.target, line.count, safe(line.before), safe(line.after)]


def _text(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
