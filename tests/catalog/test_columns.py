"""Every column that a saved query returns has a heading in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.catalog import Bilingual, Catalog
from kg.errors import RecordError

GOLDEN = Path(__file__).parents[1] / "queries" / "golden"


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.tsv")), ids=lambda path: path.stem)
def test_each_column_has_a_heading(path):
    returned = {name.removeprefix("?") for name in path.read_text("utf-8").splitlines()[0].split("\t")}
    assert returned - set(Catalog.load().columns) == set()


def test_headings_that_lack_a_language_are_told(tmp_path):
    (tmp_path / "columns.yaml").write_text("drug: {en: drug}\n", encoding="utf-8")
    with pytest.raises(RecordError, match=r"columns\.yaml: each column needs a heading in en and zh"):
        Catalog.load(tmp_path)


def test_a_line_break_in_a_chinese_text_leaves_no_space():
    assert Bilingual(en="a b", zh="（默认）， 结果 ORR 结果").get("zh") == "（默认），结果 ORR 结果"
