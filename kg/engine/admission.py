"""Who gets a worker next: first come, first served, but no client holds more than its share, and strangers' queries
leave some workers to the saved ones.

So a client that asks for hours of work slows down only itself, and pages answer while the endpoint is under attack.
"""

from __future__ import annotations

import asyncio
import time
from contextvars import ContextVar
from dataclasses import dataclass

from kg.engine.limits import Limits
from kg.engine.meter import Meter
from kg.engine.refusals import EngineUnavailableError, ShareUsedError

__all__ = ["ASKER", "OURSELVES", "Admission", "Asker"]

_RETRY = 2


@dataclass(frozen=True)
class Asker:
    """For whom a query is evaluated: an opaque name, and whether the text is of their own (ad hoc) or a saved one."""

    client: str
    ad_hoc: bool = False


OURSELVES = Asker("")
"""The server itself, or a program that uses the engine alone: no share applies."""

ASKER: ContextVar[Asker] = ContextVar("asker", default=OURSELVES)
"""For whom the running task asks. A server sets it once a request, so that no query of a page goes uncounted."""


class _Place:
    # Not a generator: that would take as long as all that is counted here.
    def __init__(self, admission: Admission, asker: Asker) -> None:
        self._admission = admission
        self._asker = asker
        self._begun = 0.0

    async def __aenter__(self) -> None:
        await self._admission.enter(self._asker)
        self._begun = time.monotonic()

    async def __aexit__(self, *_: object) -> None:
        self._admission.leave(self._asker, time.monotonic() - self._begun)


class Admission:
    """The places of the workers, and the queue before them."""

    def __init__(self, limits: Limits, meter: Meter | None = None) -> None:
        self._limits = limits
        self._meter = meter or Meter()
        self._places = limits.workers, limits.ad_hoc_workers, limits.client_workers
        # Counted as they change, since each query is asked about several times: in all, of strangers, and by client
        # those of its saved queries and those of its own.
        self._all = self._ad_hoc = 0
        self._of: dict[str, list[int]] = {}
        self._waiting: list[tuple[Asker, asyncio.Future[None]]] = []

    @property
    def running(self) -> int:
        """Queries that hold a worker."""
        return self._all

    @property
    def waiting(self) -> int:
        """Queries that wait for one."""
        return len(self._waiting)

    def place(self, asker: Asker) -> _Place:
        """Hold a place in an `async with`; waits for at most `queue_wait` seconds.

        Raises EngineUnavailableError where the queue is full or the wait too long, ShareUsedError where that is so
        because of the client's own queries, and what the meter raises.
        """
        return _Place(self, asker)

    async def enter(self, asker: Asker) -> None:
        """Take a place, as `place` does; each is to be left again."""
        self._meter.admit(asker.client)
        if self.fits(asker):
            self._count(asker, 1)
            return
        self._refuse_full_queue(asker)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (asker, turn)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(self._limits.queue_wait):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._free(asker)  # its turn came in the moment in which it gave up
            else:
                self._waiting.remove(entry)
            if isinstance(error, TimeoutError):
                raise self._too_late(asker) from error
            raise

    def leave(self, asker: Asker, seconds: float) -> None:
        """Leave a place that was held for so long."""
        self._free(asker)
        self._meter.spent(asker.client, seconds)

    def _free(self, asker: Asker) -> None:
        self._count(asker, -1)
        if self._waiting:
            self._let_in()

    def _count(self, asker: Asker, step: int) -> None:
        self._all += step
        self._ad_hoc += step if asker.ad_hoc else 0
        counts = self._of.setdefault(asker.client, [0, 0])
        counts[asker.ad_hoc] += step
        if counts == [0, 0]:
            del self._of[asker.client]

    def _let_in(self) -> None:
        for entry in list(self._waiting):
            asker, turn = entry
            if not turn.done() and self.fits(asker):
                self._waiting.remove(entry)
                self._count(asker, 1)
                turn.set_result(None)

    def fits(self, asker: Asker) -> bool:
        """Would this client's query get a place at once?"""
        workers, for_strangers, _ = self._places
        if self._all >= workers or (asker.ad_hoc and self._ad_hoc >= for_strangers):
            return False
        return not self._uses_share(asker)

    def _uses_share(self, asker: Asker) -> bool:
        counts = self._of.get(asker.client)
        if counts is None or not asker.client:
            return False
        saved, ad_hoc = counts
        if not asker.ad_hoc and not saved:
            return False  # so that a heavy query does not shut out the pages of all who share its address
        return saved + ad_hoc >= self._places[2]

    def _refuse_full_queue(self, asker: Asker) -> None:
        if self.waiting >= self._limits.queue:
            raise EngineUnavailableError(
                "All workers are busy and the queue is full. Try again in a few seconds.", _RETRY
            )
        of_client = sum(other.client == asker.client for other, _ in self._waiting)
        if asker.client and of_client >= max(1, self._limits.queue // 2):
            raise ShareUsedError(
                f"{of_client} queries of this client wait already. Wait for their answers before you send more.", _RETRY
            )

    def _too_late(self, asker: Asker) -> EngineUnavailableError:
        if self._uses_share(asker):
            return ShareUsedError(
                f"This client runs as many queries as one client may ({self._limits.client_workers}), and none of them "
                f"ended within {self._limits.queue_wait:g} seconds. Send fewer at the same time.",
                _RETRY,
            )
        return EngineUnavailableError(
            f"No worker became free within {self._limits.queue_wait:g} seconds. Try again in a few seconds.", _RETRY
        )
