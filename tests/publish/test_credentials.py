from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import PublishError
from kg.publish import Credentials, read_credentials

BOTH = {"ONCOKG_PUBLISH_USER": "anna", "ONCOKG_PUBLISH_PASSWORD": "a:b"}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "credentials"
    path.write_text("berta:c:d\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_from_the_environment() -> None:
    assert read_credentials(None, BOTH) == Credentials("anna", "a:b")
    assert read_credentials(None, {}) is None


def test_a_file_stands_above_the_environment(secret: Path) -> None:
    assert read_credentials(secret, BOTH) == Credentials("berta", "c:d")


def test_the_password_is_in_no_message() -> None:
    assert "a:b" not in repr(read_credentials(None, BOTH))


@pytest.mark.parametrize("missing", list(BOTH))
def test_half_of_them(missing: str) -> None:
    with pytest.raises(PublishError, match=f"{missing} is not set"):
        read_credentials(None, BOTH | {missing: ""})


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o666])
def test_a_file_for_everyone_is_refused(secret: Path, mode: int) -> None:
    secret.chmod(mode)
    with pytest.raises(PublishError, match=rf"open to every user .* run `chmod 600 {secret}`"):
        read_credentials(secret)


@pytest.mark.parametrize("text", ["", "anna\n", ":secret\n", "anna:\n"])
def test_a_file_that_holds_something_else(secret: Path, text: str) -> None:
    secret.write_text(text, encoding="utf-8")
    with pytest.raises(PublishError, match="must be user:password"):
        read_credentials(secret)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="cannot be read"):
        read_credentials(tmp_path / "nothing")
    with pytest.raises(PublishError, match="cannot be read"):
        read_credentials(tmp_path)
