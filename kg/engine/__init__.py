"""Queries run here, in worker processes that hold the data; who imports this package never opens a store."""

from kg.engine.admission import ASKER, OURSELVES, Asker
from kg.engine.answer import Answer, Formats
from kg.engine.limits import LimitRow, Limits
from kg.engine.meter import Ending, Meter
from kg.engine.pool import BlockingEngine, Engine, EngineFacts
from kg.engine.refusals import (
    AdHocRefusedError,
    EngineUnavailableError,
    FederationRefusedError,
    LocatedSyntaxError,
    NotAcceptableError,
    QueryTooComplexError,
    RateLimitedError,
    ShareUsedError,
    StoreFailedError,
)
from kg.engine.source import Source

__all__ = [
    "ASKER",
    "OURSELVES",
    "AdHocRefusedError",
    "Answer",
    "Asker",
    "BlockingEngine",
    "Ending",
    "Engine",
    "EngineFacts",
    "EngineUnavailableError",
    "FederationRefusedError",
    "Formats",
    "LimitRow",
    "Limits",
    "LocatedSyntaxError",
    "Meter",
    "NotAcceptableError",
    "QueryTooComplexError",
    "RateLimitedError",
    "ShareUsedError",
    "Source",
    "StoreFailedError",
]
