"""What depends on where a release is served: the address of the server, of its endpoint and of its downloads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from starlette.requests import Request

from kg.catalog.saved import IRI_BASE
from kg.catalog.terms import iri_term
from kg.errors import ServerError
from kg.manifest import Download
from kg.web.problems import HttpProblem

__all__ = ["Deployment", "Served", "check_public_url"]

_DCAT = "http://www.w3.org/ns/dcat#"
_VOID = "http://rdfs.org/ns/void#"
_RDF = frozenset(
    {"application/n-quads", "application/trig", "text/turtle", "application/rdf+xml", "application/n-triples"}
)

Served = tuple[str, str, str]
"""Subject, predicate and object of a triple, all three IRIs."""


def check_public_url(url: str) -> str:
    """The address with a slash at its end. Raises ServerError where it is not that of a whole server."""
    parts = urlsplit(url)
    try:
        iri_term(url)
        known = parts.scheme in {"http", "https"} and parts.hostname is not None and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known or parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username is not None:
        raise ServerError(
            f"--public-url {url}: give the address at which people reach the server, without a path, such as "
            "https://oncokg.example.org/."
        )
    return f"{parts.scheme}://{parts.netloc}/"


@dataclass(frozen=True)
class Deployment:
    """The public address, where one was given, and the files that the release offers."""

    public_url: str | None = None
    downloads: Sequence[Download] = ()
    release: bool = False
    root_path: str = ""
    """The path that the server stands under, without a slash at its end."""

    def base(self, request: Request) -> str:
        """The address of the server, ending in a slash. Raises HttpProblem where the Host header makes none."""
        base = (self.public_url or str(request.base_url)).rstrip("/") + f"{self.root_path}/"
        try:
            iri_term(base)
        except ValueError as error:
            raise HttpProblem(400, "bad-request", "The Host header makes no valid address. Correct it.") from error
        return base

    def served(self, base: str) -> list[Served]:
        """The triples that the server adds to what the release says of itself; none for plain files."""
        if not self.release:
            return []
        dataset, endpoint = f"{IRI_BASE}dataset", f"{base}sparql"
        found = [
            (dataset, f"{_VOID}sparqlEndpoint", endpoint),
            (f"{IRI_BASE}catalog", f"{_DCAT}service", f"{endpoint}#service"),
        ]
        for download in self.downloads:
            url = f"{base}downloads/{quote(download.name)}"
            found.append((f"{IRI_BASE}distribution/{quote(download.name)}", f"{_DCAT}downloadURL", url))
            # Nanopublications are RDF too, but say it in another way: they are no dump of the dataset.
            if download.media_type in _RDF and download.name.startswith("oncokg."):
                found.append((dataset, f"{_VOID}dataDump", url))
        return found

    def served_of(self, iri: str, base: str) -> list[tuple[str, str]]:
        """Those of them that are about one thing, as property and object."""
        return [(predicate, value) for subject, predicate, value in self.served(base) if subject == iri]
