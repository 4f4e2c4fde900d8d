"""Write the rows that the tests of saved queries expect.

`python -m tests.queries.regenerate` asks the project's own records and writes tests/queries/golden; with `--small` it
asks tests/queries/curation and writes tests/queries/expected. Read the difference before it is committed: a row that
changed without a change of record, vocabulary or query is a fault.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kg.catalog import Catalog
from kg.paths import CURATION as OWN_CURATION
from tests.queries.asking import asserted, bound, store_of, tsv, with_closure
from tests.queries.cases import CURATION, EXPECTED, GOLDEN, REAL, SMALL, Case


def write(folder: Path, curation: Path, cases: tuple[Case, ...]) -> list[Path]:
    """Write one file for each case, remove those of cases that are gone, and return what was written."""
    catalog = Catalog.load()
    store = store_of(with_closure(asserted(curation)))
    folder.mkdir(exist_ok=True)
    written = []
    for case in cases:
        path = folder / f"{case.name}.tsv"
        path.write_text(tsv(store, bound(catalog.get(case.query), case.given)), encoding="utf-8")
        written.append(path)
    for path in set(folder.glob("*.tsv")) - set(written):
        path.unlink()
    return written


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--small"]):
        sys.exit("usage: python -m tests.queries.regenerate [--small]")
    small = bool(sys.argv[1:])
    for name in write(EXPECTED, CURATION, SMALL) if small else write(GOLDEN, OWN_CURATION, REAL):
        print(name)
