"""Children that end with their parent, and that may run under another account."""

import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from webapp.embedded.account import Account

_PROGRAM = Path(__file__).resolve().with_name("tether_program.py")


def tethered(
    command: Sequence[str], death_signal: signal.Signals, account: Account | None = None, *, niceness: int = 0
) -> list[str]:
    """The arguments that start `command` as a child which gets `death_signal` when the calling *thread* ends.

    One that is nice wants a session of its own: all of its session stands back.
    The tie is a small program because code between fork and exec is not safe in a process with threads.
    """
    ids = "-"
    if account is not None and account.uid != os.geteuid():
        ids = ",".join(str(number) for number in (account.uid, account.gid, *sorted(account.groups)))
    program = shutil.which(command[0]) or command[0]  # found here: the account may not reach Python's own library
    own = [sys.executable, "-I", "-S", str(_PROGRAM)]
    return [*own, str(int(death_signal)), str(os.getpid()), ids, str(niceness), program, *command[1:]]
