"""What the embedded servers raise."""

from pathlib import Path


class EmbeddedError(RuntimeError):
    """An embedded server cannot start or run; the message says why and what to do."""


def log_tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, indented, for an error message."""
    if not log.exists():
        return "  (it wrote no log)"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        text = file.read().decode(errors="replace")
    return "\n".join(f"  | {line}" for line in text.splitlines()[-lines:]) or "  (its log is empty)"
