"""What the engine tells of its work: whom it serves, for how long, and why it ended a worker."""

from __future__ import annotations

from typing import Literal

__all__ = ["Ending", "Meter"]

Ending = Literal["deadline", "memory", "nesting", "client-gone", "outside"]
"""Why a worker was ended: out of time, of memory or of stack, nobody left to answer, or by somebody else."""


class Meter:
    """Lets everybody in and forgets everything; a server puts one of its own in its place."""

    def admit(self, client: str) -> None:
        """Called before a query waits for a worker. Raises RateLimitedError where the client has used its time up."""

    def spent(self, client: str, seconds: float) -> None:
        """Called when a query has left its worker, which it held for so many seconds."""

    def ended(self, reason: Ending) -> None:
        """Called when a worker was ended."""
