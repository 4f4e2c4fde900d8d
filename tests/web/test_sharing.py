"""Identical requests in flight: one evaluation, as many answers, whoever goes away."""

from __future__ import annotations

import asyncio

import pytest

from kg.engine import ShareUsedError
from kg.web.sharing import Sharing


class Work:
    """An evaluation that ends when it is told to."""

    def __init__(self) -> None:
        self.begun = 0
        self.stopped = 0
        self.ready = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        try:
            await self.ready.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        return self.begun


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_one_evaluation_many_answers() -> None:
    async def scenario() -> None:
        work, sharing = Work(), Sharing[int]()
        asked = [asyncio.ensure_future(sharing.once("key", work)) for _ in range(9)]
        await turns()
        assert sharing.runs("key")
        work.ready.set()
        assert await asyncio.gather(*asked) == [1] * 9
        assert not sharing.runs("key")
        assert await sharing.once("key", work) == 2

    asyncio.run(scenario())


def test_who_came_first_may_go_away() -> None:
    async def scenario() -> None:
        work, sharing = Work(), Sharing[int]()
        first, second = (asyncio.ensure_future(sharing.once("key", work)) for _ in range(2))
        await turns()
        first.cancel()
        await turns()
        assert work.stopped == 0
        work.ready.set()
        assert await second == 1

    asyncio.run(scenario())


def test_work_that_nobody_waits_for_stops() -> None:
    async def scenario() -> None:
        work, sharing = Work(), Sharing[int]()
        asked = [asyncio.ensure_future(sharing.once("key", work)) for _ in range(2)]
        await turns()
        for one in asked:
            one.cancel()
        await turns()
        assert (work.begun, work.stopped) == (1, 1)
        assert not sharing.runs("key")
        again = asyncio.ensure_future(sharing.once("key", work))
        work.ready.set()
        assert await again == 2

    asyncio.run(scenario())


def test_a_failure_is_everybodys_and_is_not_kept() -> None:
    async def fail() -> int:
        await asyncio.sleep(0)
        raise ValueError("no")

    async def scenario() -> None:
        sharing = Sharing[int]()
        asked = [asyncio.ensure_future(sharing.once("key", fail)) for _ in range(3)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert [str(error) for error in found] == ["no"] * 3
        with pytest.raises(ValueError, match="no"):
            await sharing.once("key", fail)

    asyncio.run(scenario())


def test_the_share_of_another_client_refuses_nobody_else() -> None:
    calls: list[str] = []

    async def refuse() -> int:
        calls.append("first")
        await asyncio.sleep(0)
        raise ShareUsedError("too many", 2)

    async def give() -> int:
        calls.append("second")
        return 7

    async def scenario() -> None:
        sharing = Sharing[int]()
        first = asyncio.ensure_future(sharing.once("key", refuse))
        second = asyncio.ensure_future(sharing.once("key", give))
        assert await second == 7
        with pytest.raises(ShareUsedError):
            await first

    asyncio.run(scenario())
    assert calls == ["first", "second"]
