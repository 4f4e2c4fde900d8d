"""What a worker gives up before it reads its first query: network, new files, programs, memory, outliving its parent.

Made for Linux. Elsewhere `lacking()` names what is not enforced, and the server then stays on loopback.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["address_space", "cap_address_space", "die_with_parent", "give_up_network", "give_up_rest", "lacking"]

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # SECCOMP_RET_ERRNO with EPERM
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_X32 = 0x40000000

# The audit number of the architecture and its numbers of socket, execve, execveat, ptrace and io_uring_setup.
_CALLS = {
    "x86_64": (0xC000003E, (41, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 221, 281, 117, 425)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def lacking() -> tuple[str, ...]:
    """What this host cannot enforce, in words; empty where everything can be."""
    return () if sys.platform == "linux" else ("memory of workers", "workers end with the server")


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends. Exits at once if it has ended already."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def address_space() -> int:
    """Bytes of address space in use now (VmSize)."""
    if sys.platform != "linux":
        return 0
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    return pages * resource.getpagesize()


def cap_address_space(allowed: int | None) -> None:
    """Allow this many more bytes than are in use now; None lifts the cap.

    Relative, since the address space at rest differs from run to run.
    """
    if sys.platform == "linux":
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        soft = hard if allowed is None else address_space() + allowed
        if hard != resource.RLIM_INFINITY and soft > hard:
            soft = hard
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def give_up_network() -> None:
    """Deny new sockets and new programs for good with a seccomp filter.

    Where the architecture is not listed or the kernel refuses, `give_up_rest` alone keeps sockets away (a store in
    memory needs no descriptor); the engine proves at each start that a listener is not reached.
    """
    if sys.platform != "linux" or platform.machine() not in _CALLS:
        return
    code = _filter()
    program = _Program(len(code) // 8, code)
    with suppress(OSError):
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))


def give_up_rest() -> None:
    """No new file, socket or other descriptor, no core dump; first in line when the machine runs out of memory."""
    if sys.platform == "linux":
        # Not every container lets a process make itself a likelier victim: nothing depends on it.
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _filter() -> bytes:
    """BPF: another architecture or the x32 range is refused, then each listed call; everything else is allowed."""
    architecture, calls = _CALLS[platform.machine()]
    tail = len(calls) + 1
    steps = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, tail + 2, architecture),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, tail, 0, _X32),
        *((_EQUAL, len(calls) - place, 0, number) for place, number in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _prctl(option: int, value: int, pointer: int = 0) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    arguments = [ctypes.c_ulong(argument) for argument in (value, pointer, 0, 0)]
    if library.prctl(ctypes.c_int(option), *arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({option}): {os.strerror(number)}")
