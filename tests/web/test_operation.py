"""What is typed for the operation of a server."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from kg.errors import SettingsError
from kg.web.operation import METRICS, RATE_LIMIT, MetricsAddress, Operation, read_operation


def read(host: str = "127.0.0.1", **typed: Any) -> Operation:
    nothing = {"access_log": "on", "metrics": None, "proxies": [], "rate_limit": None, "root_path": None}
    return read_operation(host, **{**nothing, **typed})


def test_by_default_loopback_has_no_rate_limit_and_other_addresses_have_one() -> None:
    assert read() == Operation("on", METRICS, (), None, "")
    assert read("::1").rate_limit is read("localhost").rate_limit is None
    assert read("0.0.0.0").rate_limit == read("kg.example.org").rate_limit == RATE_LIMIT
    assert read("0.0.0.0", rate_limit="off").rate_limit is None
    assert read(rate_limit="2.5").rate_limit == 2.5


def test_what_is_typed() -> None:
    assert read(metrics="off").metrics is None
    assert read(metrics="[::1]:9000").metrics == MetricsAddress("::1", 9000, True)
    networks = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1/128"))
    assert read(proxies=["10.0.0.0/8", "::1"]).trusted_proxies == networks
    assert [read(root_path=path).root_path for path in ("/", "/kg", "/a/kg/")] == ["", "/kg", "/a/kg"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"metrics": "9464"}, "--metrics 9464: give an address and a port"),
        ({"metrics": "127.0.0.1:70000"}, "--metrics 127.0.0.1:70000"),
        ({"proxies": ["10.0.0.1/8"]}, "--trusted-proxy 10.0.0.1/8: 10.0.0.1/8 has host bits set"),
        ({"proxies": ["nginx"]}, "--trusted-proxy nginx: "),
        ({"rate_limit": "0"}, "--rate-limit 0: give query-seconds a minute"),
        ({"rate_limit": "nan"}, "--rate-limit nan: "),
        ({"rate_limit": "many"}, "--rate-limit many: "),
        ({"root_path": "kg"}, "--root-path kg: give the path"),
        ({"root_path": '/"><script>'}, "--root-path /"),
        ({"root_path": "//kg"}, "--root-path //kg"),
    ],
)
def test_wrong_values(typed: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read(**typed)
    assert str(raised.value).startswith(message)
