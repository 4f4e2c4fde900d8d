"""Answers of other stores, read into the one form of our own workers."""

from __future__ import annotations

import json

import pytest

from kg.engine.transfer import BrokenAnswerError, receive

SRX = 'xmlns="http://www.w3.org/2005/sparql-results#"'


def test_virtuoso_answers_ask_with_a_table() -> None:
    term = '{ "__ASK_RETVAL": { "type": "typed-literal", "datatype": "x", "value": "1" }}'
    body = f'\n{{ "head": {{ "link": [], "vars": ["__ASK_RETVAL"] }},\n  "results": {{ "bindings": [{term}] }} }}'
    assert json.loads(receive("json", body.encode()).body) == {"head": {}, "boolean": True}
    table = '<variable name="__ASK_RETVAL"/></head><results><result><binding name="__ASK_RETVAL"><literal>0</literal>'
    xml = receive("xml", f"<sparql {SRX}><head>{table}</binding></result></results></sparql>".encode())
    assert xml.form == "boolean"
    assert b"<boolean>false</boolean>" in xml.body
    assert receive("csv", b'"__ASK_RETVAL"\n1\n').body == b"true"
    assert receive("tsv", b'"__ASK_RETVAL"\n0\n').body == b"false"


def test_virtuoso_calls_literals_otherwise() -> None:
    row = '{"n":{"type":"typed-literal","datatype":"http://www.w3.org/2001/XMLSchema#integer","value":"5"}}'
    received = receive("json", f'{{"head":{{"link":[],"vars":["n"]}},"results":{{"bindings":[{row}, {{}}]}}}}'.encode())
    assert received.count == 2
    assert json.loads(received.body)["results"]["bindings"][0]["n"]["type"] == "literal"


@pytest.mark.parametrize(
    ("name", "body", "count"),
    [
        ("csv", b'a,b\r\n1,"x\ny"\r\n', 1),
        ("csv", b"a\n\nx\n", 2),
        ("tsv", b"?a\t?b\n\t\n", 1),
        ("xml", f"<sparql {SRX}><head/><results><result/><result/></results></sparql>".encode(), 2),
        ("ntriples", b"<a:a> <a:b> <a:c> .\n", 1),
        ("turtle", b"", 0),
    ],
)
def test_rows_are_counted(name: str, body: bytes, count: int) -> None:
    assert receive(name, body).count == count


def test_lines_of_csv_end_as_the_standard_says() -> None:
    assert receive("csv", b'"a","b"\n1,"x, y"\n').body == b'a,b\r\n1,"x, y"\r\n'


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("json", b'{"head":{"vars":["x"]},"results":{"bindings":[{"x"'),
        ("json", b"[]"),
        ("json", b'{"head":{"vars":["x"]}}'),
        ("json", b"\xff"),
        ("xml", f"<sparql {SRX}><results><result>".encode()),
        ("xml", b"<html/>"),
        ("xml", b'<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'),
        ("csv", b"a,b\r\n1,2\r\n3"),
        ("csv", b"a,b\r\n1,2\r\n3,4"),
        ("tsv", b"?a\t?b\n1\n"),
        ("ntriples", b"<a:a> <a:b> <a:c> .\n<a:a>"),
        ("jsonld", b'{"@graph": ['),
        ("rdfxml", b"<rdf:RDF>"),
    ],
)
def test_what_is_broken_is_told(name: str, body: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        receive(name, body)
