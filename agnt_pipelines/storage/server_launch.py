"""The last step before one of PostgreSQL's programs: drop privileges, tie its life to ours, exec.

A script of its own (`python -I -S server_launch.py PARENT UID GID SIGNAL PROGRAM ARGUMENT...`), because
Python code between fork and exec (`preexec_fn`) can deadlock in a process with threads. It is started
with the caller's rights, so that the account it changes to need not be able to read this file or run
this Python. What belongs here: those few system calls. What does not: any import beyond the standard
library, any decision.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that this process gets when the thread that forked it ends."""


def become(uid: int, gid: int) -> None:
    """Change to another account for good; as an ordinary user there is nothing to change."""
    if os.geteuid() == 0 and uid != 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def die_with(parent: int, death_signal: int) -> None:
    """Ask for `death_signal` when the parent ends. Setting a uid clears this, so it comes after.

    Only Linux has it; elsewhere the next owner of the state folder ends what was left.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we could ask
        raise SystemExit(1)


def main(arguments: list[str]) -> None:
    """Become the program named in the arguments."""
    parent, uid, gid, death_signal = map(int, arguments[:4])
    program = arguments[4:]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)  # a shell's `&` leaves SIGINT ignored, Python SIGPIPE
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    try:
        become(uid, gid)
        die_with(parent, death_signal)
        os.execv(program[0], program)
    except OSError as failure:
        raise SystemExit(f"{program[0]}: cannot be run as user {uid}: {failure.strerror}") from None


if __name__ == "__main__":
    main(sys.argv[1:])
