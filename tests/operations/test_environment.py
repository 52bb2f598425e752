"""`.env.example` names every variable that the programs and the compose file read, and no other."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
READERS = r"\b(?:env|environment)\.\w+\(\s*\"(\w+)\""
OWN_CONSTANTS = r"_VARIABLE = \"(\w+)\""
INTERPOLATED = r"(?<!\$)\$\{(\w+)"


def named_in_code() -> set[str]:
    files = [path for folder in ("webapp", "annotation", "workers", "ml") for path in (PROJECT / folder).rglob("*.py")]
    text = "\n".join(path.read_text() for path in files)
    return {*re.findall(READERS, text), *re.findall(OWN_CONSTANTS, text)}


def test_the_example_lists_exactly_what_is_read() -> None:
    listed = re.findall(r"^(\w+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE)
    in_compose = set(re.findall(INTERPOLATED, (PROJECT / "docker-compose.yml").read_text()))
    assert sorted(listed) == sorted(named_in_code() | in_compose)


def test_the_example_holds_no_secret() -> None:
    lines = (PROJECT / ".env.example").read_text().splitlines()
    secrets = [line for line in lines if re.match(r"\w*(SECRET|PASSWORD|_URL)\w*=", line)]
    assert [line.split("=", 1)[1] for line in secrets] == [""] * len(secrets)
    assert len(secrets) == 7
