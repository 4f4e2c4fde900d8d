"""The parent's side of the nursery and of one worker: starting, asking, ending."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from kg.engine import frames
from kg.engine.limits import Limits
from kg.engine.source import Source
from kg.errors import OncoKGError, RdfSyntaxError, ServerError

__all__ = ["Nursery", "NurseryGoneError", "Worker"]

_MESSAGE = 1 << 17
_TUNABLES = "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=1000"
_PACKAGES = str(Path(__file__).resolve().parents[2])


class NurseryGoneError(ServerError):
    """The nursery has ended; a new one must be started."""


class Worker:
    """One worker process and the channel to it. One question at a time."""

    def __init__(self, pid: int, end: socket.socket, channel: frames.Channel) -> None:
        self.pid = pid
        self._end = end
        self._channel = channel

    def alive(self) -> bool:
        """False once the process has closed its end. To be asked only while no answer is due."""
        try:
            return self._end.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    async def ask(self, request: frames.Head, seconds: float) -> tuple[frames.Head, bytes]:
        """Send a request and wait for its reply. Raises TimeoutError, and EOFError when the process ends instead."""
        return await self._channel.ask(request, seconds)

    def close(self) -> None:
        """Close the channel; the process itself is ended through the nursery."""
        self._channel.close()


class Nursery:
    """The process that holds the store and forks workers (kg/engine/nursery.py)."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket, quads: int) -> None:
        self.quads = quads
        self._process = process
        self._control = control
        self._turn = asyncio.Lock()

    @classmethod
    async def start(cls, source: Source, limits: Limits) -> Nursery:
        """Start the process and wait until the data are loaded.

        Raises RdfSyntaxError where a file does not parse, ServerError where the process ended before that. Must be
        called from the main thread: the process dies with the thread that started it.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own module, by the running interpreter
                [sys.executable, "-P", "-m", "kg.engine.nursery", str(theirs.fileno()), str(os.getpid())],
                pass_fds=[theirs.fileno()],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        nursery = cls(process, ours, 0)
        first = {"files": [str(path) for path in source.files], "load_memory": limits.load_memory}
        try:
            reply = await nursery._exchange(first | {"memory": limits.memory})
            if "error" in reply:
                kind: type[OncoKGError] = RdfSyntaxError if reply["error"] == "RdfSyntaxError" else ServerError
                raise kind(reply["message"])
        except NurseryGoneError as error:
            code = await nursery.stop()
            cause = "needed more memory than it may use" if code == -signal.SIGABRT else f"ended with code {code}"
            raise ServerError(
                f"The process that loads the data {cause} before it was ready ({', '.join(map(str, source.files))}). "
                "Check the files; large ones may need a higher limit load_memory."
            ) from error
        except BaseException:
            process.kill()
            await nursery.stop()
            raise
        nursery.quads = reply["quads"]
        return nursery

    def alive(self) -> bool:
        """Does the process still run?"""
        return self._process.poll() is None

    async def fork(self) -> Worker:
        """A new worker. Raises NurseryGoneError."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            try:
                reply = await self._exchange({"do": "fork"}, [theirs.fileno()])
            except BaseException:
                ours.close()
                raise
        _, channel = await asyncio.get_running_loop().create_unix_connection(frames.Channel, sock=ours)
        return Worker(reply["pid"], ours, channel)

    async def end(self, worker: Worker) -> int:
        """Kill a worker and return how it ended: the signal that ended it, 0 if none or if it was ended before.

        Whoever waits for its reply gets EOFError. Raises NurseryGoneError.
        """
        reply = await self._exchange({"do": "end", "pid": worker.pid})
        return os.WTERMSIG(reply["status"]) if os.WIFSIGNALED(reply["status"]) else 0

    async def stop(self) -> int:
        """End the process and all workers; returns its exit code (negative: the signal that ended it)."""
        self._control.close()
        try:
            return await asyncio.to_thread(self._process.wait, 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    async def _exchange(self, message: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any]:
        # A cancelled caller must not leave its reply to the next one, hence the shield.
        return await asyncio.shield(asyncio.ensure_future(self._locked_exchange(message, descriptors or [])))

    async def _locked_exchange(self, message: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        # The descriptors are duplicated: a cancelled caller closes its own.
        held = [os.dup(descriptor) for descriptor in descriptors]
        try:
            async with self._turn:
                socket.send_fds(self._control, [json.dumps(message).encode()], held)
                content = await asyncio.get_running_loop().sock_recv(self._control, _MESSAGE)
        except OSError as error:
            raise NurseryGoneError("The process that holds the data has ended.") from error
        finally:
            for descriptor in held:
                os.close(descriptor)
        if not content:
            raise NurseryGoneError("The process that holds the data has ended.")
        reply: dict[str, Any] = json.loads(content)
        return reply


def _environment() -> dict[str, str]:
    # One malloc arena: otherwise the address space at rest differs by hundreds of MiB from run to run. The tunables of
    # glibc (2.35 and later know both, others ignore them): huge pages for a heap that is read at random, and room for
    # the many small pieces that a query is made of. Measured: a tenth and a sixth less time.
    settings = {"MALLOC_ARENA_MAX": "1", "PYTHONPATH": _PACKAGES, "PYTHONDONTWRITEBYTECODE": "1"}
    return {"GLIBC_TUNABLES": _TUNABLES} | os.environ | settings
