"""Saved queries: files of SPARQL with a header that gives titles in two languages and typed parameters."""

from kg.catalog.catalog import Catalog
from kg.catalog.directory import Directory
from kg.catalog.parameters import Bilingual, Parameter
from kg.catalog.running import Prepared, answer, answer_once, open_query, prepare, run
from kg.catalog.saved import SavedQuery
from kg.catalog.table import format_table

__all__ = [
    "Bilingual",
    "Catalog",
    "Directory",
    "Parameter",
    "Prepared",
    "SavedQuery",
    "answer",
    "answer_once",
    "format_table",
    "open_query",
    "prepare",
    "run",
]
