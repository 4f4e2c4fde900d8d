"""The files of a release: the list as a page and as JSON, and the files themselves, of which only listed ones exist."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from kg.catalog.parameters import Language
from kg.manifest import DOWNLOADS, Download
from kg.web.layout import page
from kg.web.markup import Markup, join, tag
from kg.web.negotiate import PAGE, Offer
from kg.web.problems import HttpProblem
from kg.web.responses import VARY, html, json_response, language_of, one_offer
from kg.web.texts import say

__all__ = ["Downloads"]

_LIST = (Offer("json", "application/json"), PAGE)
_UNITS = ("B", "KB", "MB", "GB")
_STEP = 1000


class Downloads:
    """The routes under /downloads, for files of this release; without one there are none."""

    def __init__(self, release: Path | None, files: Sequence[Download]) -> None:
        self._folder = (release or Path()) / DOWNLOADS
        self._files = {download.name: download for download in files}

    async def list(self, request: Request) -> Response:
        """GET /downloads/"""
        offer = one_offer(request, request.query_params.get("format"), _LIST)
        language = language_of(request, request.query_params.get("lang"))
        if offer.name == PAGE.name:
            return html(_page(list(self._files.values()), language), language)
        content: dict[str, object] = {"downloads": [_summary(download) for download in self._files.values()]}
        if not self._files:
            content["note"] = "No files are offered: plain data files are being served, not a release."
        return json_response(content, 200, VARY)

    async def slashless(self, request: Request) -> Response:
        """GET /downloads"""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/downloads/{query}", 308)

    async def file(self, request: Request) -> Response:
        """GET /downloads/{name}: the file, whole or in ranges (RFC 9110, section 14)."""
        download = self._files.get(request.path_params["name"])
        if download is None:
            names = ", ".join(self._files) or "none"
            raise HttpProblem(404, "not-found", f"There is no such download. There are: {names}.")
        etag = f'"{download.sha256}"'
        headers = {"ETag": etag, "Cache-Control": "max-age=3600"}
        given = request.headers.get("if-none-match", "")
        if etag in {tag.strip().removeprefix("W/") for tag in given.split(",")} or given.strip() == "*":
            return Response(status_code=304, headers=headers)
        return FileResponse(
            self._folder / download.name, headers=headers, media_type=download.sent_as, filename=download.name
        )


def _summary(download: Download) -> dict[str, object]:
    return {
        "name": download.name,
        "href": f"/downloads/{download.name}",
        "title": {"en": download.en, "zh": download.zh},
        "media_type": download.media_type,
        "packaging": download.packaging or None,
        "size": download.size,
        "sha256": download.sha256,
    }


def _page(files: Sequence[Download], language: Language) -> str:
    title = say("downloads", language)
    parts: list[Markup] = [tag("h1", title)]
    if not files:
        parts.append(tag("p", say("no-downloads", language)))
        return page(title, join(parts), "/downloads/", language)
    heads = ("file", "content", "media-type", "size")
    head = tag("tr", *(tag("th", say(key, language), scope="col") for key in heads), tag("th", "SHA-256", scope="col"))
    rows = [
        tag(
            "tr",
            tag("td", tag("a", file.name, href=f"/downloads/{file.name}")),
            tag("td", file.zh if language == "zh" else file.en),
            tag("td", file.media_type, " + gzip" if file.packaging else ""),
            tag("td", _size(file.size), class_="number", title=f"{file.size:,} B"),
            tag("td", tag("code", file.sha256), class_="hash"),
        )
        for file in files
    ]
    parts += [
        tag("p", say("downloads-lead", language)),
        tag("div", tag("table", tag("thead", head), tag("tbody", *rows)), class_="scroll"),
    ]
    return page(title, join(parts), "/downloads/", language)


def _size(count: int) -> str:
    """A number of bytes for people, in decimal units."""
    number, unit = float(count), 0
    while number >= _STEP and unit + 1 < len(_UNITS):
        number, unit = number / _STEP, unit + 1
    return f"{count} B" if unit == 0 else f"{number:.1f} {_UNITS[unit]}"
