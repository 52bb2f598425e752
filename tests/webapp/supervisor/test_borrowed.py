import os
import subprocess
import sys
from pathlib import Path

from django.core.management import get_commands

from webapp.embedded.postgres import Postgres
from webapp.supervisor.borrowed import BORROWERS

BRING_THEIR_OWN = {"demo", "prepare", "up"}
NEED_NONE = {"analyse_votes"}
BORROWER = """
import django
django.setup()
from django.db import connection
from webapp.supervisor.borrowed import borrowed_database
with borrowed_database("restore"):
    print("has it", flush=True)
    input()
    with connection.cursor() as cursor:
        print(cursor.execute("SELECT 40 + 2").fetchone()[0], flush=True)
"""


def borrower(data: Path) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GULLERY_")}
    environment |= {"GULLERY_DATA": str(data), "DJANGO_SETTINGS_MODULE": "webapp.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", BORROWER], env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_every_command_of_ours_has_a_database_while_no_platform_runs() -> None:
    ours = {name for name, app in get_commands().items() if app in {"annotation", "webapp"}}

    assert ours & BORROWERS == ours - BRING_THEIR_OWN - NEED_NONE


def test_a_command_beside_another_keeps_its_database_when_the_first_ends(tmp_path: Path) -> None:
    first = borrower(tmp_path)
    second = borrower(tmp_path)  # while the first may still be starting the server
    told = {one.pid: one.stdout.readline() for one in (first, second) if one.stdout}
    assert list(told.values()) == ["has it\n", "has it\n"]
    lender = int((tmp_path / "up.lock").read_text().split('"pid": ')[1].split(",")[0])
    lent, other = (first, second) if lender == first.pid else (second, first)

    assert lent.stdin is not None
    assert lent.stdout is not None
    assert lent.stderr is not None
    lent.stdin.write("\n")
    lent.stdin.flush()
    assert lent.stdout.readline() == "42\n"
    assert lent.stderr.readline() == f"restore has ended. The database stays up for pid {other.pid}, then stops.\n"
    assert other.communicate("\n", timeout=60) == ("42\n", "")
    assert lent.communicate(timeout=60) == ("", "")

    assert (first.returncode, second.returncode, Postgres(tmp_path).answers()) == (0, 0, False)
