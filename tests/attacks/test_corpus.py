"""One pass over the corpus: each request gets a right and complete answer, and the next honest query is answered.

The deadline is 2 s instead of the default of 10 s, since some fifty requests run into it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from hostile import Attack, check, corpus, send
from live_server import LiveServer
from victim import Victim

ATTACKS = corpus()


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    with LiveServer(deadline=2, header_wait=0.5, body_wait=0.5, send_wait=1, grace=1) as server:
        yield Victim(server)


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def test_names_are_given_once_and_there_are_enough() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 60


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_attack(victim: Victim, listener: socket.socket, attack: Attack) -> None:
    there = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    check(attack, send(victim.address, attack, there))
    victim.honest()
    with pytest.raises(BlockingIOError):
        listener.accept()
