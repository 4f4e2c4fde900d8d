"""Do the servers give the same answers? A ratio of answers to different questions would say nothing."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from bench.plan import Plan, Request
from tests.stores.servers import Server

__all__ = ["Agreement", "agreement"]

_TIMEOUT = 60


@dataclass(frozen=True)
class Agreement:
    """Of how many requests the number of rows was compared, and which differ: rows of ours, then of the other."""

    compared: int
    differing: tuple[str, ...]


def agreement(own: Server, plan: Plan, other: Server, other_plan: Plan, most: int) -> Agreement:
    """Compare the first requests of a plan and of the same plan for another server."""
    count = min(most, len(plan.requests))
    differing = []
    with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
        for number in range(count):
            ours = _rows(client, own, plan.requests[number])
            theirs = _rows(client, other, other_plan.requests[number])
            if ours != theirs:
                differing.append(f"{plan.requests[number].target[:60]} ({ours}, {theirs})")
    return Agreement(count, tuple(differing))


def _rows(client: httpx.Client, server: Server, request: Request) -> str:
    """The number of rows, or what came instead of them."""
    try:
        answer = client.request(
            request.method, server.url + request.target, content=request.body or None, headers=request.headers
        )
        if not answer.is_success:
            return f"status {answer.status_code}"
        return str(len(answer.json()["results"]["bindings"]))
    except httpx.HTTPError as error:
        return type(error).__name__
    except (ValueError, KeyError):
        return "no SPARQL results"
