"""Signing with a key made here: trusty URIs that verify, one message where key, ORCID iD or library is wrong."""

from __future__ import annotations

import subprocess
import sys

import pyoxigraph as ox
import pytest
import rdflib

from kg.cli import main
from kg.errors import OncoKGError
from kg.export.formats import EXPORTS
from kg.export.nanopublications import FILE, NANOPUB
from kg.export.nanopublications_signed import signed
from kg.export.writing import export_to

ORCID = "0000-0002-1825-0097"  # the example of ORCID's own documentation; it belongs to nobody

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:rdflib")


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    rsa = pytest.importorskip("Crypto.PublicKey.RSA", reason="the interop extra is not installed: nanopub is missing")
    path = tmp_path_factory.mktemp("key") / "key.pem"
    path.write_bytes(rsa.generate(2048).export_key("PEM", pkcs=8))
    return path


def _graphs(path):
    found = {}
    for quad in ox.parse(path=str(path), format=ox.RdfFormat.TRIG):
        found.setdefault(quad.graph_name.value.partition("#")[0], []).append(quad)
    return found


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_each_is_signed_and_verifies(small_graph, key, tmp_path):
    nanopub = pytest.importorskip("nanopub", reason="the interop extra is not installed: nanopub is missing")
    export = signed(EXPORTS["nanopubs"], key, f"https://orcid.org/{ORCID}")
    (path,) = export_to(export, small_graph, tmp_path / FILE, export.files[0])
    found = _graphs(path)
    outcomes = small_graph.select("SELECT DISTINCT ?o WHERE { ?o a <https://w3id.org/oncokg/ontology/Outcome> }")
    assert len(found) == len(list(outcomes)) > 0
    for name, quads in found.items():
        assert name.startswith(NANOPUB)
        assert name.rpartition("/")[2].startswith("RA")
        rdf = rdflib.ConjunctiveGraph()
        rdf.parse(data=ox.serialize(quads, format=ox.RdfFormat.N_QUADS), format="nquads")
        read = nanopub.Nanopub(rdf=rdf)
        assert read.is_valid
        assert read.has_valid_signature
        assert read.has_valid_trusty
        creators = {str(value) for value in read.pubinfo.objects(None, rdflib.PROV.wasAttributedTo)}
        assert creators == {f"https://orcid.org/{ORCID}"}
    first = path.read_bytes()
    export_to(export, small_graph, path, export.files[0])
    assert path.read_bytes() == first


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_changed_figure_no_longer_verifies(small_graph, key, tmp_path):
    nanopub = pytest.importorskip("nanopub", reason="the interop extra is not installed: nanopub is missing")
    export = signed(EXPORTS["nanopubs"], key, ORCID)
    (path,) = export_to(export, small_graph, tmp_path / FILE, export.files[0])
    quads = next(iter(_graphs(path).values()))
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS).decode()
    changed = text.replace('printedText> "', 'printedText> "1', 1)
    assert changed != text
    rdf = rdflib.ConjunctiveGraph()
    rdf.parse(data=changed, format="nquads")
    with pytest.raises(ValueError, match="Trusty artefact"):
        _ = nanopub.Nanopub(rdf=rdf).has_valid_trusty


def test_what_is_wrong_with_key_and_orcid_is_said(tmp_path):
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no key\n")
    with pytest.raises(OncoKGError, match="ORCID iD"):
        signed(EXPORTS["nanopubs"], wrong, "0000-0002-1825-0098")
    with pytest.raises(OncoKGError, match="cannot be read"):
        signed(EXPORTS["nanopubs"], tmp_path / "none.pem", ORCID)
    with pytest.raises(OncoKGError, match="only nanopubs"):
        signed(EXPORTS["turtle"], wrong, ORCID)
    pytest.importorskip("nanopub", reason="the interop extra is not installed: nanopub is missing")
    with pytest.raises(OncoKGError, match="RSA private key"):
        signed(EXPORTS["nanopubs"], wrong, ORCID)


def test_the_command_wants_key_and_orcid_together(capsys):
    assert main(["export", "nanopubs", "--sign", "key.pem"]) == 2
    assert (
        capsys.readouterr().err == "oncokg: --sign KEY and --orcid ID belong together: name the key and whose it is\n"
    )
    assert main(["export", "turtle", "--sign", "key.pem", "--orcid", ORCID]) == 2
    assert "only nanopubs are" in capsys.readouterr().err


def test_without_the_library_one_message_names_the_extra(tmp_path):
    program = (
        "import sys; sys.modules['nanopub'] = None\n"  # as if it were not installed
        "from kg.cli import main; from pathlib import Path; Path('key').write_text('x')\n"
        f"sys.exit(main(['export', 'nanopubs', '--sign', 'key', '--orcid', '{ORCID}']))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stderr == 'oncokg: signing needs the library nanopub: pip install "oncokg[interop]"\n'
    assert run.returncode == 2
