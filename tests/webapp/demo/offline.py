"""A program without a network: `python -m tests.webapp.demo.offline COMMAND ...` leaves it nothing but loopback."""

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
SET_FLAGS, UP = 0x8914, 1


def possible() -> bool:
    """Root needs CAP_SYS_ADMIN for it, anybody else a kernel that gives namespaces to everybody."""
    command = [sys.executable, "-m", __name__, "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def leave_network() -> None:
    """Raises OSError where that is not allowed."""
    uid, gid = os.geteuid(), os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK if uid == 0 else NEW_NETWORK | NEW_USER):
        raise OSError(ctypes.get_errno(), "no namespace for us")
    if uid != 0:  # we are who we were: the platform asks
        for name, words in {"setgroups": "deny", "uid_map": f"{uid} {uid} 1", "gid_map": f"{gid} {gid} 1"}.items():
            Path("/proc/self", name).write_text(words)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh22x", b"lo", UP))


if __name__ == "__main__":
    leave_network()
    if {name for _, name in socket.if_nameindex()} != {"lo"}:
        sys.exit("There is a network.")
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606
