"""Load a release into another SPARQL 1.1 store, graph by graph; a run that broke off is gone on with by the next."""

from kg.publish.address import Endpoints, endpoints
from kg.publish.credentials import Credentials, read_credentials
from kg.publish.publishing import MARKERS, Published, publish
from kg.publish.stores import PROTOCOLS, GraphStore, Store, UpdateStore

__all__ = [
    "MARKERS",
    "PROTOCOLS",
    "Credentials",
    "Endpoints",
    "GraphStore",
    "Published",
    "Store",
    "UpdateStore",
    "endpoints",
    "publish",
    "read_credentials",
]
