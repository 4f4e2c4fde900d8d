"""Queries run here, in worker processes that hold the data; who imports this package never opens a store."""

from kg.engine.answer import Answer, Formats
from kg.engine.limits import Limits
from kg.engine.pool import BlockingEngine, Engine, EngineFacts
from kg.engine.refusals import (
    EngineUnavailableError,
    FederationRefusedError,
    LocatedSyntaxError,
    NotAcceptableError,
    QueryTooComplexError,
)
from kg.engine.source import Source

__all__ = [
    "Answer",
    "BlockingEngine",
    "Engine",
    "EngineFacts",
    "EngineUnavailableError",
    "FederationRefusedError",
    "Formats",
    "Limits",
    "LocatedSyntaxError",
    "NotAcceptableError",
    "QueryTooComplexError",
    "Source",
]
