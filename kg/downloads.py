"""The files that a release offers for download: every export, the large ones compressed, each with size and SHA-256."""

from __future__ import annotations

import gzip
import hashlib
import io
import tempfile
import zipfile
from pathlib import Path

from kg.export.formats import EXPORTS, Export, ExportFile, ReleaseGraph
from kg.manifest import Download

__all__ = ["write_downloads"]

_GZIP = "application/gzip"
_ZIP = "application/zip"


def write_downloads(graph: ReleaseGraph, folder: Path) -> list[Download]:
    """Write every export into a folder that exists, and say what each file is; the same graph gives the same bytes.

    (But for Parquet, whose header names the version of the library that wrote it.)
    """
    found = []
    for export in EXPORTS.values():
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as work:
            export.write(graph, Path(work))
            if export.archive:
                found.append(_pack(export, Path(work), folder))
            else:
                found += [_place(export, file, Path(work) / file.name, folder) for file in export.files]
    return found


def _pack(export: Export, work: Path, folder: Path) -> Download:
    """One ZIP file of all files of the export, in their order, without the times at which they were written."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in export.files:
            entry = zipfile.ZipInfo(file.name)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (work / file.name).read_bytes(), zipfile.ZIP_DEFLATED)
    content = packed.getvalue()
    (folder / export.archive).write_bytes(content)
    return Download(
        export.archive, export.name, export.en, export.zh, _ZIP, "", len(content), hashlib.sha256(content).hexdigest()
    )


def _place(export: Export, file: ExportFile, written: Path, folder: Path) -> Download:
    content = written.read_bytes()
    name = file.name
    if file.compressed:
        # Without a time and a file name in its header, so that the same content is the same file.
        name, content = f"{name}.gz", gzip.compress(content, compresslevel=6, mtime=0)
    (folder / name).write_bytes(content)
    return Download(
        name, export.name, export.en, export.zh, file.media_type, _GZIP if file.compressed else "",
        len(content), hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
