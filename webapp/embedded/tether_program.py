"""`python -I -S tether_program.py SIGNAL PARENT IDS NICENESS PROGRAM ...`

Stands behind others where it is to be nice, drops privileges, ties itself to its parent and becomes PROGRAM.
IDS is `-` or `uid,gid,group,...`.
Linux alone can tie a child to its parent; elsewhere the program starts untied.
"""

import ctypes
import os
import sys
import time

_AUTOGROUP = "/proc/self/autogroup"
_TRIES = 50
_PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


def stand_back(niceness: int) -> None:
    """Where Linux groups processes by session, each session gets the same however nice it is: unless its group is told, too."""
    os.nice(niceness)
    for _ in range(_TRIES):
        try:
            group = os.open(_AUTOGROUP, os.O_WRONLY)
        except OSError:  # not every kernel has them
            return
        try:
            os.write(group, str(niceness).encode())
        except BlockingIOError:  # of people who are not root it takes ten in a second
            time.sleep(0.1)
        else:
            return
        finally:
            os.close(group)


def become(death_signal: int, parent: int, ids: str, niceness: int, command: list[str]) -> None:
    if niceness:
        stand_back(niceness)
    if ids != "-":
        uid, gid, *groups = (int(number) for number in ids.split(","))
        os.setgroups(groups)
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":  # after setuid, which would clear it
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent ended before its child began")
    try:
        os.execv(command[0], command)  # noqa: S606  a shell is what this avoids
    except OSError as error:
        sys.exit(f"cannot start {command[0]}: {error.strerror}")


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5:])
