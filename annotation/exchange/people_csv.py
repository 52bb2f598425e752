"""The links of a file of people, for a spreadsheet."""

import csv
import io
from collections.abc import Iterable

from annotation.exchange.csv_files import safe


def links_csv(rows: Iterable[tuple[str, str]]) -> str:
    """Names with their links; no link for those who have an account. As harmless in a spreadsheet as our exports."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["username", "link"])
    writer.writerows([safe(name), safe(link)] for name, link in rows)
    return out.getvalue()
