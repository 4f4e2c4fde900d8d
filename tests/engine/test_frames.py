"""Messages between the server and a worker, over a real pair of sockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from threading import Thread

import pytest

from kg.engine.frames import Channel, pack, read

Talk = Callable[[Channel, socket.socket], Awaitable[None]]


def talk(work: Talk) -> None:
    """Run `work` with a channel and the other end of it."""

    async def run() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            _, channel = await asyncio.get_running_loop().create_unix_connection(Channel, sock=ours)
            await work(channel, theirs)
            channel.close()

    asyncio.run(run())


def test_each_question_gets_its_answer() -> None:
    body = bytes(range(256)) * 5000

    def answer(theirs: socket.socket) -> None:
        for _ in range(3):
            head, _ = read(theirs)
            theirs.sendall(pack({"echo": head["text"]}, body))

    async def work(channel: Channel, theirs: socket.socket) -> None:
        Thread(target=answer, args=(theirs,)).start()
        for text in ("", "ASK {}", "药物" * 50_000):
            assert await channel.ask({"text": text}, 10) == ({"echo": text}, body)

    talk(work)


def test_a_message_in_single_bytes() -> None:
    async def work(channel: Channel, theirs: socket.socket) -> None:
        asked = asyncio.ensure_future(channel.ask({}, 10))
        for byte in pack({"a": 1}, b"body"):
            await asyncio.sleep(0)
            assert not asked.done()
            theirs.sendall(bytes([byte]))
        assert await asked == ({"a": 1}, b"body")

    talk(work)


def test_the_other_side_closes() -> None:
    async def work(channel: Channel, theirs: socket.socket) -> None:
        asked = asyncio.ensure_future(channel.ask({}, 10))
        await asyncio.sleep(0)
        theirs.sendall(pack({"a": 1}, b"body")[:-1])
        theirs.close()
        with pytest.raises(EOFError):
            await asked
        with pytest.raises(EOFError):
            await channel.ask({}, 10)

    talk(work)


def test_no_answer_in_time() -> None:
    async def work(channel: Channel, _: socket.socket) -> None:
        with pytest.raises(TimeoutError):
            await channel.ask({}, 0.01)

    talk(work)


def test_read_says_when_the_other_side_has_closed() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(pack({"a": 1})[:5])
        ours.close()
        with pytest.raises(EOFError):
            read(theirs)
