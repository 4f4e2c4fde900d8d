"""The OpenAPI document: valid, complete, and every example in it is answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import jsonschema
import pytest
from live_server import PUBLIC
from openapi_spec_validator import OpenAPIV31SpecValidator

from kg.catalog import Catalog
from kg.web.addresses import RESERVED
from kg.web.openapi import openapi_document
from kg.web.problem_page import MEANINGS

Json = dict[str, Any]


@pytest.fixture(scope="module", params=["server", "released"])
def served(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """The server with plain files and queries of its own, and the one with a release and the shipped queries."""
    running = request.getfixturevalue(request.param)
    address = running.base_url if isinstance(running, httpx.Client) else running.url
    with httpx.Client(base_url=address, timeout=20, trust_env=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def api(served: httpx.Client) -> Json:
    answer = served.get("/openapi.json")
    assert answer.status_code == 200
    document: Json = answer.json()
    return document


def resolved(api: Json, node: Json) -> Json:
    while "$ref" in node:
        found: Any = api
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def values(parameter: Json) -> list[Any]:
    if "example" in parameter:
        return [parameter["example"]]
    return [each["value"] for each in parameter.get("examples", {}).values()]


def requests(api: Json) -> Iterator[tuple[str, str, Json]]:
    """Method, path and arguments of a request for each example; what is required has its first one."""
    for path, item in api["paths"].items():
        for method, operation in item.items():
            parameters = [resolved(api, each) for each in operation.get("parameters", ())]
            within = {each["name"]: values(each) for each in parameters if each["in"] == "path"}
            if not all(within.values()):
                continue
            place = path.format(**{name: examples[0] for name, examples in within.items()})
            if method == "get" and path != "/graphs":
                yield "GET", place, {}
            for each in parameters:
                if each["in"] == "query":
                    for value in values(each):
                        yield "GET", place, {"params": asked(path, each["name"], value)}
            for kind, content in operation.get("requestBody", {"content": {}})["content"].items():
                for example in content["examples"].values():
                    body = {"data": example["value"]} if kind.endswith("urlencoded") else {"content": example["value"]}
                    yield "POST", place, {**body, "headers": {"Content-Type": kind}}


def asked(path: str, name: str, value: Any) -> Json:
    """The parameter with those that it makes sense with."""
    if path == "/graphs" and name == "format":
        return {"default": "", name: value}
    if path == "/sparql" and name != "query":
        return {"query": "SELECT * { ?s ?p ?o } LIMIT 1", name: value}
    return {name: value}


def test_it_is_valid(api: Json) -> None:
    assert api["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(api).validate()


def test_every_example_is_answered_as_documented(served: httpx.Client, api: Json) -> None:
    count = 0
    for method, path, arguments in requests(api):
        if path == "/graphs" and "graph/vocabulary" in str(arguments) and "release" not in served.get("/health").text:
            continue
        answer = served.request(method, path, **arguments)
        assert answer.status_code == 200, (method, path, arguments, answer.text)
        check(api, path, method, answer)
        count += 1
    assert count > 60


def check(api: Json, path: str, method: str, answer: httpx.Response) -> None:
    """The media type and the content of an answer are among those that the document states."""
    item = api["paths"].get(path)
    if item is None or "rq" in answer.request.url.params.values():
        return
    content = resolved(api, item[method.lower()]["responses"][str(answer.status_code)])["content"]
    kind = answer.headers["content-type"].split(";")[0]
    assert kind in content, (path, kind)
    schema = content[kind].get("schema")
    if schema and kind.endswith("json"):
        jsonschema.Draft202012Validator({**schema, "components": api["components"]}).validate(answer.json())


@pytest.mark.parametrize(
    ("path", "status"),
    [("/sparql?query=SELECT", 400), ("/graphs?graph=http://e/none", 404), ("/sparql?query=ASK{}&format=docx", 406)],
)
def test_refusals_are_as_documented(served: httpx.Client, api: Json, path: str, status: int) -> None:
    answer = served.get(path)
    assert answer.status_code == status
    check(api, path.split("?")[0], "GET", answer)


def test_every_saved_query_has_a_path_with_its_parameters(served: httpx.Client, api: Json) -> None:
    listed = served.get("/queries").json()["queries"]
    assert len(listed) == (4 if api["servers"][0]["url"] != PUBLIC else len(Catalog.load()))
    for query in listed:
        operation = api["paths"][query["href"]]["get"]
        assert operation["operationId"] == query["name"]
        assert (operation["summary"], operation["x-summary-zh"]) == (query["title"]["en"], query["title"]["zh"])
        names = [resolved(api, each)["name"] for each in operation["parameters"]]
        paging = ["limit", "offset"] if query["pages"] else []
        assert names == [*query["parameters"], *paging, "lang", "format"]


def test_types_of_parameters(client: httpx.Client) -> None:
    api = client.get("/openapi.json").json()
    parameters = {
        each["name"]: each for each in api["paths"]["/queries/best-rates"]["get"]["parameters"] if "name" in each
    }
    assert parameters["floor"]["schema"] == {"type": "number", "minimum": 0, "maximum": 1, "default": 0.1}
    assert parameters["least"]["schema"] == {"type": "integer", "minimum": 0, "default": 1}
    assert parameters["order"]["schema"] == {"enum": ["up", "down"], "default": "up"}
    assert parameters["target"]["schema"]["default"] == "any"
    assert parameters["target"]["x-label"] == {"en": "target", "zh": "靶点"}
    examples = [each["value"] for each in parameters["target"]["examples"].values()]
    assert examples == ["any", "egfr", "epidermal growth factor receptor", "表皮生长因子受体", "her3",
                        "receptor tyrosine-protein kinase erbB-3", "人表皮生长因子受体3"]  # fmt: skip


def texts(node: Any, place: Sequence[str] = ()) -> Iterator[tuple[Sequence[str], Json]]:
    if isinstance(node, dict):
        if isinstance(node.get("description"), str):
            yield place, node
        for key, value in node.items():
            yield from texts(value, [*place, key])
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from texts(value, [*place, str(number)])


def test_every_description_is_in_both_languages(api: Json) -> None:
    for place, node in texts(api):
        assert node.get("x-description-zh"), place
    for path, item in api["paths"].items():
        assert all(operation["summary"] and operation["x-summary-zh"] for operation in item.values()), path


def test_every_subject_of_the_shipped_queries_is_told_in_both_languages() -> None:
    catalog = Catalog.load()
    told = {tag["name"]: tag for tag in openapi_document(catalog, {}, "http://127.0.0.1/")["tags"]}
    for subject in {query.subject for query in catalog}:
        assert told[subject]["description"] != subject
        assert told[subject]["x-description-zh"] != subject


def test_every_route_is_described(api: Json) -> None:
    described = {path.split("/")[1] for path in api["paths"]}
    # What is for operators or browsers only, or kept for later.
    assert set(RESERVED) - described == {"ready", "metrics", "static"}


def test_every_status_of_an_error_is_described(api: Json) -> None:
    responses = api["components"]["responses"]
    for code, meaning in MEANINGS.items():
        assert f"`{code}`" in responses[str(meaning.status)]["description"]


def test_it_says_where_the_server_is(released: httpx.Client, client: httpx.Client) -> None:
    assert released.get("/openapi.json").json()["servers"] == [{"url": PUBLIC}]
    assert client.get("/openapi.json").json()["servers"] == [{"url": str(client.base_url).rstrip("/")}]
    other = client.get("/openapi.json", headers={"Host": "elsewhere.example"})
    assert other.json()["servers"] == [{"url": "http://elsewhere.example"}]
    assert '</openapi.json>; rel="service-desc"' in client.get("/").headers["link"]


def test_its_own_media_type(client: httpx.Client) -> None:
    asked = client.get("/openapi.json", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert asked.headers["content-type"] == "application/vnd.oai.openapi+json"
