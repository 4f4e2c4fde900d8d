"""The files of a release: listed, whole, in ranges, and nothing else."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import httpx
import pytest
from live_server import start
from test_pages import read
from test_sparql_protocol import problem


def listed(client: httpx.Client) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get("/downloads/").json()["downloads"]
    return found


def test_the_list(released: httpx.Client, release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))["downloads"]
    assert [entry["name"] for entry in listed(released)] == [entry["name"] for entry in manifest]
    for entry, given in zip(listed(released), manifest, strict=True):
        assert entry["title"] == {"en": given["en"], "zh": given["zh"]}
        assert (entry["size"], entry["sha256"]) == (given["size"], given["sha256"])
    assert released.get("/downloads?lang=zh").headers["location"] == "/downloads/?lang=zh"


@pytest.mark.parametrize(
    ("language", "title"), [("en", "all named graphs as N-Quads"), ("zh", "全部命名图（N-Quads）")]
)
def test_the_page(released: httpx.Client, language: str, title: str) -> None:
    reader = read(released, f"/downloads/?lang={language}")
    assert title in reader.text
    assert "/downloads/oncokg.nq.gz" in reader.links
    assert "application/n-quads + gzip" in "".join(reader.text)


def test_every_file_is_what_the_list_says(released: httpx.Client) -> None:
    for entry in listed(released):
        answer = released.get(str(entry["href"]), headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert len(answer.content) == entry["size"]
        assert hashlib.sha256(answer.content).hexdigest() == entry["sha256"]
        assert answer.headers["etag"] == f'"{entry["sha256"]}"'
        assert answer.headers["content-type"].split(";")[0] == (entry["packaging"] or entry["media_type"])
        assert "content-encoding" not in answer.headers
        assert answer.headers["access-control-allow-origin"] == "*"
        assert str(entry["name"]) in answer.headers["content-disposition"]
        head = released.head(str(entry["href"]))
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(entry["size"])


def test_ranges(released: httpx.Client) -> None:
    entry = next(entry for entry in listed(released) if entry["name"] == "oncokg.nq.gz")
    path, whole = str(entry["href"]), released.get(str(entry["href"])).content
    part = released.get(path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole)}"
    assert released.get(path, headers={"Range": "bytes=-5"}).content == whole[-5:]
    assert released.get(path, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    etag = f'"{entry["sha256"]}"'
    assert released.get(path, headers={"Range": "bytes=0-3", "If-Range": etag}).status_code == 206
    assert released.get(path, headers={"Range": "bytes=0-3", "If-Range": '"other"'}).content == whole


def test_what_a_client_has_is_not_sent_again(released: httpx.Client) -> None:
    entry = listed(released)[0]
    for given in (f'"{entry["sha256"]}"', f'"x", W/"{entry["sha256"]}"', "*"):
        answer = released.get(str(entry["href"]), headers={"If-None-Match": given})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == f'"{entry["sha256"]}"'
    assert released.get(str(entry["href"]), headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_browser_of_another_origin_may_ask_for_a_range(released: httpx.Client) -> None:
    answer = released.options("/downloads/oncokg.nq.gz", headers={"Origin": "https://example.org"})
    assert "Range" in answer.headers["access-control-allow-headers"]
    assert "Content-Range" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "path",
    [
        "/downloads/manifest.json",
        "/downloads/../manifest.json",
        "/downloads/..%2fmanifest.json",
        "/downloads/%2e%2e%2fmanifest.json",
        "/downloads/oncokg.nq.gz%00",
        "/downloads//etc/passwd",
        "/downloads/%2fetc%2fpasswd",
        "/downloads/oncokg.nq",
    ],
)
def test_only_what_is_listed_is_there(released: httpx.Client, path: str) -> None:
    answer = released.send(released.build_request("GET", "/", extensions={"target": path.encode()}))
    problem(answer, 404, "not-found")


def test_plain_files_offer_nothing(things: httpx.Client) -> None:
    content = things.get("/downloads/").json()
    assert content["downloads"] == []
    assert "plain data files" in content["note"]
    assert "没有可下载的文件" in things.get("/downloads/?lang=zh", headers={"Accept": "text/html"}).text
    problem(things.get("/downloads/oncokg.nq.gz"), 404, "not-found")


def test_a_damaged_release_is_refused(release: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(release, damaged)
    (damaged / "downloads" / "evidence.csv").write_text("cut", "utf-8")
    process = start((), None, release=damaged)
    _, errors = process.communicate(timeout=30)
    assert "downloads/evidence.csv is missing or has another size" in errors
    manifest = json.loads((damaged / "manifest.json").read_text("utf-8"))
    manifest["downloads"] = [{**manifest["downloads"][0], "name": "../manifest.json"}]
    (damaged / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    process = start((), None, release=damaged)
    _, errors = process.communicate(timeout=30)
    assert "the downloads cannot be read" in errors
