"""Nanopublications signed by a person: trusty URIs and an RSA signature, made by the library `nanopub` (extra interop).

The key and the ORCID are the operator's own; neither is kept anywhere. Nothing is sent over the network.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import MissingExtraError, OncoKGError
from kg.export.formats import Export, ReleaseGraph
from kg.export.nanopublications import FILE, nanopublications, trig_lines
from kg.paths import display

if TYPE_CHECKING:
    from nanopub.nanopub_conf import NanopubConf

__all__ = ["SignedExport", "signed"]

_ORCID = re.compile(r"(?:https://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")
_PEM = re.compile(r"-----(?:BEGIN|END) PRIVATE KEY-----|\s")


@dataclass(frozen=True)
class SignedExport(Export):
    """The export of nanopublications, each signed as `conf` says: with whose key, for which ORCID iD."""

    conf: NanopubConf | None = None

    def write(self, graph: ReleaseGraph, folder: Path) -> None:
        """Write the file."""
        assert self.conf is not None
        with (folder / FILE).open("wb") as out:
            out.writelines(trig_lines(_sign(nanopublications(graph), self.conf)))


def signed(export: Export, key: Path, orcid: str) -> SignedExport:
    """The export with signatures; the key is RSA, PKCS #8, as PEM or bare base64, without a passphrase.

    Raises MissingExtraError, or OncoKGError where the export is not signed, or key or ORCID iD are none.
    """
    if export.writer != "nanopublications:write_trig":
        raise OncoKGError(f"--sign: {export.name} is not signed; only nanopubs are")
    found = _ORCID.fullmatch(orcid)
    if not found or not _check_digit(found[1]):
        raise OncoKGError(f"--orcid {orcid}: is no ORCID iD; write it as 0000-0002-1825-0097")
    try:
        text = key.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise OncoKGError(f"--sign {display(key)}: the key cannot be read: {error}") from error
    parts = {field.name: getattr(export, field.name) for field in fields(Export)}
    return SignedExport(**parts, conf=_configuration(_PEM.sub("", text), f"https://orcid.org/{found[1]}", key))


def _check_digit(orcid: str) -> bool:
    """ISO 7064 MOD 11-2, by which the last character of an ORCID iD follows from the others."""
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    return orcid[-1] == "0123456789X"[(12 - total % 11) % 11]


def _configuration(key: str, orcid: str, file: Path) -> NanopubConf:
    try:
        from nanopub.nanopub_conf import NanopubConf
        from nanopub.profile import Profile
    except ImportError:
        raise MissingExtraError('signing needs the library nanopub: pip install "oncokg[interop]"') from None
    try:
        # The library wants a name, and writes it nowhere.
        profile = Profile(orcid_id=orcid, name=orcid, private_key=key)
    except (ValueError, IndexError, TypeError):
        raise OncoKGError(
            f"--sign {display(file)}: holds no RSA private key (PKCS #8, PEM, without a passphrase)"
        ) from None
    return NanopubConf(profile=profile, attribute_publication_to_profile=True)


def _sign(found: Iterable[list[ox.Quad]], conf: NanopubConf) -> Iterator[list[ox.Quad]]:
    from nanopub.nanopub import Nanopub
    from rdflib import ConjunctiveGraph

    for quads in found:
        with warnings.catch_warnings():
            # nanopub 2.0 works on a class that rdflib 7 has deprecated.
            warnings.simplefilter("ignore", DeprecationWarning)
            rdf = ConjunctiveGraph()
            rdf.parse(data=ox.serialize(quads, format=ox.RdfFormat.N_QUADS), format="nquads")
            nanopublication = Nanopub(rdf=rdf, conf=conf)
            nanopublication.sign()
            lines = nanopublication.rdf.serialize(format="nquads")
        yield sorted(ox.parse(lines, format=ox.RdfFormat.N_QUADS), key=_order)


def _order(quad: ox.Quad) -> tuple[int, str]:
    """Head, assertion, provenance, publication info, as in the unsigned file; within each by text."""
    part = str(getattr(quad.graph_name, "value", "")).rpartition("#")[2]
    return ("Head", "assertion", "provenance", "pubinfo").index(part), str(quad)
