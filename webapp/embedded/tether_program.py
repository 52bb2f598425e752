"""`python -I -S tether_program.py SIGNAL PARENT IDS PROGRAM ...`

Drops privileges, ties itself to its parent and becomes PROGRAM.
IDS is `-` or `uid,gid,group,...`.
Linux alone can tie a child to its parent; elsewhere the program starts untied.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


def become(death_signal: int, parent: int, ids: str, command: list[str]) -> None:
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
    become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
