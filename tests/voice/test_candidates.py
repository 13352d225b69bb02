"""By which addresses and ports a browser may reach this machine, and with which pass a relay."""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime

from aiortc import AudioStreamTrack, RTCConfiguration, RTCPeerConnection
from tests.web.conftest import free_port

from frontdesk.settings import Reach
from frontdesk.voice.candidates import reach_by, servers

CANDIDATE = re.compile(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ (\w+)")


async def offered(reach: Reach) -> tuple[RTCPeerConnection, list[tuple[str, int, str]]]:
    """A call's own side, and each address, port and kind at which it can be reached."""
    reach_by(reach)
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    peer.addTrack(AudioStreamTrack())
    await peer.setLocalDescription(await peer.createOffer())
    found = CANDIDATE.findall(peer.localDescription.sdp)
    return peer, [(host, int(port), kind) for host, port, kind in found]


async def test_sound_comes_in_by_the_ports_that_are_open_and_the_address_seen_outside() -> None:
    first = free_port() & ~63 | 1024  # a stretch of 64 that hardly anybody has
    reach = Reach(ports=(first, first + 63), address="203.0.113.7")

    one, ways = await offered(reach)
    other, others = await offered(reach)

    await one.close()
    await other.close()
    assert all(first <= port <= first + 63 for _, port, _ in (*ways, *others))
    assert {host for host, _, kind in ways if kind == "srflx"} == {"203.0.113.7"}
    hosts = [{(host, port) for host, port, kind in found if kind == "host"} for found in (ways, others)]
    assert hosts[0]
    assert hosts[0].isdisjoint(hosts[1])


async def test_where_nothing_is_set_it_offers_its_own_addresses_and_asks_nobody() -> None:
    peer, ways = await offered(Reach())

    await peer.close()
    assert {kind for _, _, kind in ways} == {"host"}
    assert servers(Reach(), now=datetime(2026, 5, 26, tzinfo=UTC)) == []


def test_the_pass_for_a_relay_runs_out_and_does_not_tell_the_secret() -> None:
    now = datetime(2026, 5, 26, 12, tzinfo=UTC)

    stun, turn = servers(Reach(stun="stun:a.example", turn="turn:b.example", turn_secret="shared"), now=now)

    until = int(datetime(2026, 5, 26, 14, tzinfo=UTC).timestamp())
    mac = hmac.new(b"shared", str(until).encode(), hashlib.sha1).digest()
    assert (stun.urls, stun.credential) == ("stun:a.example", None)
    assert (turn.urls, turn.username, turn.credential) == ("turn:b.example", str(until), base64.b64encode(mac).decode())
