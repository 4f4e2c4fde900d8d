"""How much time of the workers a client may use: a token bucket in query-seconds.

Seconds are counted, not requests: a thousand look-ups cost less than one cross product. The bucket may go below zero,
since what a query costs is known only when it has ended.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from kg.engine import Ending, Meter, RateLimitedError

__all__ = ["Accounts", "Rates"]

_MINUTE = 60.0
_MOST_CLIENTS = 10_000


class Rates:
    """`per_minute` query-seconds for each client, which may also be used in one go; `clock` is in seconds."""

    def __init__(self, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = per_minute
        self._rate = per_minute / _MINUTE
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}

    def admit(self, client: str) -> None:
        """Raises RateLimitedError where the bucket of the client is empty."""
        level = self._level(client)
        if level <= 0:
            wait = max(1, math.ceil(-level / self._rate))
            raise RateLimitedError(
                f"This client has used its {self._capacity:g} seconds of query time a minute. "
                f"Ask again in {wait} seconds, or run the query on a release of your own.",
                wait,
            )

    def spend(self, client: str, seconds: float) -> None:
        """Take seconds out of the bucket of the client."""
        level = self._level(client) - seconds
        self._levels.pop(client, None)
        self._levels[client] = (level, self._clock())
        if len(self._levels) > _MOST_CLIENTS:
            self._forget()

    def _level(self, client: str) -> float:
        if client not in self._levels:
            return self._capacity
        level, at = self._levels[client]
        return min(self._capacity, level + (self._clock() - at) * self._rate)

    def _forget(self) -> None:
        """Drop the buckets that are full, else the one that was not touched for longest."""
        full = [client for client in self._levels if self._level(client) >= self._capacity]
        for client in full or [next(iter(self._levels))]:
            del self._levels[client]


class Accounts(Meter):
    """Tells the engine who may ask, and others how workers ended. Without rates everybody may."""

    def __init__(self, rates: Rates | None, ended: Callable[[Ending], None]) -> None:
        self._rates = rates
        self._ended = ended

    def admit(self, client: str) -> None:
        """See Meter; the server itself, whose name is empty, may always ask."""
        if self._rates is not None and client:
            self._rates.admit(client)

    def spent(self, client: str, seconds: float) -> None:
        """See Meter."""
        if self._rates is not None and client:
            self._rates.spend(client, seconds)

    def ended(self, reason: Ending) -> None:
        """See Meter."""
        self._ended(reason)
