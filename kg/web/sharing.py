"""Identical requests in flight share one evaluation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from kg.engine import RateLimitedError, ShareUsedError

__all__ = ["Sharing"]

T = TypeVar("T")


@dataclass
class _Flight(Generic[T]):
    task: asyncio.Task[T]
    waiting: int = 0


class Sharing(Generic[T]):
    """Evaluations in flight, by what they answer."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, _Flight[T]] = {}

    def runs(self, key: Hashable) -> bool:
        """Is there an evaluation in flight that a request may join?"""
        return key in self._flights

    async def once(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """Join the evaluation in flight, or begin it. It goes on until the last one who waits for it has gone away."""
        flight = self._flights.get(key)
        joined = flight is not None
        if flight is None:
            flight = self._flights[key] = _Flight(asyncio.ensure_future(make()))
            flight.task.add_done_callback(lambda _: self._land(key, flight))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        except (RateLimitedError, ShareUsedError):
            if not joined:
                raise
            # A refusal that is about the client who came first does not hold for the others.
            return await make()
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                self._land(key, flight)
                flight.task.cancel()

    def _land(self, key: Hashable, flight: _Flight[T]) -> None:
        # Another one may have begun under this key since this one was given up.
        if self._flights.get(key) is flight:
            del self._flights[key]
