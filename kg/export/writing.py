"""Writes an export to where a person wants it: whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from kg.errors import OncoKGError, ReleaseError
from kg.export.formats import Export, ExportFile, ReleaseGraph
from kg.paths import display

__all__ = ["chosen_file", "export_text", "export_to"]


def chosen_file(export: Export, ending: str | None) -> ExportFile | None:
    """The one file that is meant: the only one, or the one with this ending; None where several belong together.

    Raises OncoKGError where no file of the format has the ending.
    """
    endings = [Path(file.name).suffix[1:] for file in export.files]
    if ending is not None and ending not in endings:
        raise OncoKGError(f"--format {ending}: the export {export.name} is written as {' or '.join(endings)}")
    if ending is not None or export.alternatives or len(export.files) == 1:
        return export.files[endings.index(ending or endings[0])]
    return None


def export_text(export: Export, graph: ReleaseGraph, file: ExportFile) -> str:
    """The content of one file, to be printed. Raises OncoKGError where it is no text."""
    with tempfile.TemporaryDirectory(prefix="oncokg-export-") as folder:
        export.write(graph, Path(folder))
        content = (Path(folder) / file.name).read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise OncoKGError(f"{file.name} is not text: name the file with --out {file.name}") from None


def export_to(export: Export, graph: ReleaseGraph, out: Path, file: ExportFile | None) -> list[Path]:
    """Write the one file to `out`, or, with None, every file into the folder `out`; returns what was written.

    What stands there under the same names is replaced when all is done. Raises ReleaseError where it cannot be written.
    """
    folder = out.parent if file else out
    try:
        if file is None:
            folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{export.name}-", dir=folder))
    except OSError as error:
        raise ReleaseError(f"{display(out)} cannot be written: {error}") from error
    try:
        export.write(graph, work)
        moves = {work / file.name: out} if file else {work / part.name: out / part.name for part in export.files}
        for source, target in moves.items():
            source.replace(target)
    except OSError as error:
        raise ReleaseError(f"{display(out)} cannot be written: {error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return list(moves.values())
