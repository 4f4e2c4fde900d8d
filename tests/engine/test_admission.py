"""Who gets a worker: shares, the workers kept for saved queries, the bounded queue."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.engine import OURSELVES, Asker, Engine, EngineUnavailableError, Formats, Limits, ShareUsedError, Source
from kg.engine.admission import Admission

DATA = Path(__file__).resolve().parents[1] / "web" / "data.trig"
CROSS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(12)) + " }"


def ad_hoc(client: str) -> Asker:
    return Asker(client, ad_hoc=True)


def saved(client: str) -> Asker:
    return Asker(client)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


async def enter(stack: AsyncExitStack, admission: Admission, *askers: Asker) -> None:
    for asker in askers:
        await stack.enter_async_context(admission.place(asker))


@pytest.mark.parametrize(
    ("running", "asker", "refusal"),
    [
        ([ad_hoc("a"), ad_hoc("a")], ad_hoc("a"), ShareUsedError),
        ([ad_hoc("a"), ad_hoc("a")], ad_hoc("b"), None),
        ([ad_hoc("a"), ad_hoc("a")], saved("a"), None),
        ([ad_hoc("a"), ad_hoc("a"), saved("a")], saved("a"), ShareUsedError),
        ([saved("a"), saved("a")], saved("a"), ShareUsedError),
        ([saved("a"), saved("a")], ad_hoc("a"), ShareUsedError),
        ([ad_hoc("a"), ad_hoc("a"), ad_hoc("b")], ad_hoc("b"), EngineUnavailableError),
        ([ad_hoc("a"), ad_hoc("a"), ad_hoc("b")], saved("c"), None),
        ([ad_hoc("a"), ad_hoc("a"), ad_hoc("b"), saved("c")], saved("d"), EngineUnavailableError),
        ([OURSELVES, OURSELVES, OURSELVES], OURSELVES, None),
        ([OURSELVES] * 4, OURSELVES, EngineUnavailableError),
    ],
)
def test_four_workers(running: list[Asker], asker: Asker, refusal: type[Exception] | None) -> None:
    async def work() -> None:
        admission = Admission(Limits(workers=4, queue_wait=0.01))
        async with AsyncExitStack() as stack:
            await enter(stack, admission, *running)
            if refusal is None:
                await enter(stack, admission, asker)
                return
            with pytest.raises(refusal) as raised:
                await enter(stack, admission, asker)
            assert type(raised.value) is refusal
        assert (admission.running, admission.waiting) == (0, 0)

    run(work())


def test_who_waits_is_let_in_in_turn_unless_its_client_has_its_share() -> None:
    async def work() -> None:
        admission = Admission(Limits(workers=4, queue_wait=60))
        order: list[str] = []

        async def ask(asker: Asker, name: str) -> None:
            async with admission.place(asker):
                order.append(name)

        async with AsyncExitStack() as stack:
            await enter(stack, admission, ad_hoc("a"), ad_hoc("a"), ad_hoc("b"))
            tasks = [
                asyncio.ensure_future(ask(asker, name))
                for asker, name in ((ad_hoc("a"), "a3"), (ad_hoc("c"), "c1"), (ad_hoc("b"), "b2"), (saved("c"), "c2"))
            ]
            await asyncio.sleep(0)
            assert order == ["c2"]
            assert admission.waiting == 3
            await enter(stack, admission, saved("d"))
        await asyncio.gather(*tasks)
        # b leaves before a: a3 came first, but a still held its share then.
        assert order == ["c2", "c1", "a3", "b2"]
        assert (admission.running, admission.waiting) == (0, 0)

    run(work())


def test_the_queue_is_bounded_for_all_and_for_one() -> None:
    async def work() -> None:
        admission = Admission(Limits(workers=1, queue=4, queue_wait=60))

        async def ask(asker: Asker) -> None:
            async with admission.place(asker):
                pass

        async with admission.place(OURSELVES):
            tasks = [asyncio.ensure_future(ask(ad_hoc("a"))) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(ShareUsedError, match="2 queries of this client wait"):
                await ask(saved("a"))
            tasks += [asyncio.ensure_future(ask(ad_hoc(client))) for client in "bc"]
            await asyncio.sleep(0)
            with pytest.raises(EngineUnavailableError, match="queue is full"):
                await ask(ad_hoc("d"))
        await asyncio.gather(*tasks)
        assert (admission.running, admission.waiting) == (0, 0)

    run(work())


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(0, 3), st.one_of(st.none(), st.integers(0, 3))),
        max_size=30,
    ),
    st.integers(1, 5),
)
def test_no_place_is_lost_whoever_goes_away(plan: list[tuple[str, bool, int, int | None]], workers: int) -> None:
    async def work() -> None:
        limits = Limits(workers=workers, queue=8, queue_wait=0.002)
        admission = Admission(limits)

        async def ask(asker: Asker, turns: int) -> None:
            async with admission.place(asker):
                assert admission.running <= workers
                for _ in range(turns):
                    await asyncio.sleep(0.0005)

        tasks = []
        for client, own, turns, cancel in plan:
            task = asyncio.ensure_future(ask(Asker(client, own), turns))
            tasks.append(task)
            if cancel is not None:
                asyncio.get_running_loop().call_later(cancel * 0.0007, task.cancel)
            await asyncio.sleep(0)
        for answer in await asyncio.gather(*tasks, return_exceptions=True):
            assert answer is None or isinstance(answer, (EngineUnavailableError, asyncio.CancelledError)), answer
        assert (admission.running, admission.waiting) == (0, 0)
        async with AsyncExitStack() as stack:
            await enter(stack, admission, *[OURSELVES] * workers)

    run(work())


def test_as_many_hostile_queries_as_workers_leave_one_to_a_saved_query() -> None:
    async def work() -> None:
        engine = Engine(Source.of_files([DATA]), Limits(workers=3, deadline=60, queue_wait=60))
        await engine.start()
        try:
            hostile = [asyncio.ensure_future(engine.query(CROSS, asker=ad_hoc(client))) for client in "abc"]
            await asyncio.sleep(0.1)
            async with asyncio.timeout(20):  # less than any of the hostile ones needs
                answer = await engine.query("ASK {}", Formats("csv"), asker=saved("a"))
            assert answer.body.strip() == b"true"
            for task in hostile:
                task.cancel()
            await asyncio.gather(*hostile, return_exceptions=True)
        finally:
            await engine.stop()

    run(work())
