"""Where limits come from, and that every one of them is documented and can be set in each way."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.engine import Limits
from kg.engine.settings import option, read_limits, variable
from kg.errors import SettingsError
from tests.engine.regenerate import DOCS, pages

NAMES = [row.name for row in Limits().rows()]


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_each_way_of_setting_stands_above_the_next(tmp_path: Path, name: str) -> None:
    default = getattr(Limits(), name)
    one, two, three = (0.25, 0.5, 0.75) if name == "client_share" else (2, 3, 5)
    file = written(tmp_path, f"{name} = {one}\n")
    environment = {variable(name): str(two), "ONCOKG_OTHER": "x"}
    assert getattr(read_limits({}, {}, None), name) == default
    assert getattr(read_limits({}, {}, file), name) == one
    assert getattr(read_limits({name: None}, environment, file), name) == two
    assert getattr(read_limits({name: str(three)}, environment, file), name) == three
    assert isinstance(getattr(read_limits({name: str(three)}, {}, None), name), type(default))


@pytest.mark.parametrize("text", ["", "fast", "0", "-1", "nan", "inf", "1e400", "9" * 5000, "1;2", "0x10"])
@pytest.mark.parametrize("name", ["workers", "deadline", "memory"])
def test_wrong_values(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{option(name)} .*this limit takes a (whole )?number .*above 0"):
        read_limits({name: text}, {}, None)
    with pytest.raises(SettingsError, match=f"^{variable(name)}="):
        read_limits({}, {variable(name): text}, None)


def test_whole_numbers_are_whole() -> None:
    with pytest.raises(SettingsError, match="a whole number above 0, such as 4"):
        read_limits({"workers": "2.5"}, {}, None)


def test_a_share_is_a_part() -> None:
    with pytest.raises(SettingsError, match="client_share must be at most 1"):
        read_limits({"client_share": "1.5"}, {}, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deadlines = 5", "there is no limit 'deadlines'"),
        ("deadline = 'fast'", "deadline = 'fast': this limit takes a number of seconds"),
        ("workers = true", "workers = True: this limit takes a whole number"),
        ("workers = [1]", "this limit takes a whole number"),
        ("workers = 2.0", "this limit takes a whole number"),
        ("deadline = nan", "this limit takes a number"),
        ("[limits]\ndeadline = 5", "there is no limit 'limits'"),
        ("deadline = ", "this is not TOML"),
    ],
)
def test_wrong_files(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=r"settings\.toml: ") as raised:
        read_limits({}, {}, written(tmp_path, text))
    assert expected in str(raised.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--settings"):
        read_limits({}, {}, tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="not TOML"):
        read_limits({}, {}, tmp_path / "bytes.toml")


@pytest.mark.parametrize("name", ["limits.md", "limits.zh.md"])
def test_the_manual_has_every_limit(name: str) -> None:
    shown = (DOCS / name).read_text("utf-8")
    assert shown == pages()[name], "run `python -m tests.engine.regenerate`"


def test_help_in_both_languages() -> None:
    for row in Limits().rows():
        assert row.help.endswith((".", ").")), row.name
        assert row.help_zh.endswith("。"), row.name


def test_the_number_of_workers_for_strangers_and_for_one_client() -> None:
    assert (Limits(workers=1).ad_hoc_workers, Limits(workers=1).client_workers) == (1, 1)
    assert (Limits(workers=4).ad_hoc_workers, Limits(workers=4).client_workers) == (3, 2)
    assert (Limits(workers=5).ad_hoc_workers, Limits(workers=5).client_workers) == (4, 2)
    assert Limits(workers=3, client_share=1).client_workers == 3
