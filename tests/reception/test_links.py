"""Signed links: they name nothing that means anything, run out, and cannot be changed."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.clinic import NOW

from frontdesk.domain.ids import PracticeId
from frontdesk.reception.links import Link, LinkBroken, LinkExpired, read_link, sign_link
from frontdesk.vault.keyring import Keyring, new_keyring, open_keyring
from frontdesk.vault.master import MasterKey

MINE, THEIRS = PracticeId(UUID(int=1)), PracticeId(UUID(int=2))
FORM = UUID(int=7)
UNTIL = NOW + timedelta(days=30)


@pytest.fixture
def keyrings(tmp_path: Path) -> dict[PracticeId, Keyring]:
    master = MasterKey.load(tmp_path)
    return {id: open_keyring(id, new_keyring(id, master), master) for id in (MINE, THEIRS)}


async def test_a_link_names_what_it_was_signed_for(keyrings: dict[PracticeId, Keyring]) -> None:
    token = sign_link(keyrings[MINE], MINE, FORM, purpose="intake", expires=UNTIL)

    read = await read_link(token, purpose="intake", now=NOW, keyring_of=ring_of(keyrings))

    assert read == Link(practice=MINE, what=FORM, expires=UNTIL)
    assert len(token) == 70


async def test_a_link_runs_out_by_the_desks_clock(keyrings: dict[PracticeId, Keyring]) -> None:
    token = sign_link(keyrings[MINE], MINE, FORM, purpose="intake", expires=UNTIL)

    assert await read_link(token, purpose="intake", now=UNTIL, keyring_of=ring_of(keyrings)) == LinkExpired()


async def test_a_changed_letter_breaks_it(keyrings: dict[PracticeId, Keyring]) -> None:
    token = sign_link(keyrings[MINE], MINE, FORM, purpose="intake", expires=UNTIL)

    for place in range(len(token) - 1):  # the last letter holds bits that carry nothing
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        read = await read_link(changed, purpose="intake", now=NOW, keyring_of=ring_of(keyrings))
        assert read == LinkBroken()


@pytest.mark.parametrize("token", ["", "x", "é" * 70, "A" * 70, "A" * 5000, "../../etc/passwd", "%00" * 20])
async def test_rubbish_is_broken(keyrings: dict[PracticeId, Keyring], token: str) -> None:
    assert await read_link(token, purpose="intake", now=NOW, keyring_of=ring_of(keyrings)) == LinkBroken()


async def test_a_link_for_one_purpose_does_not_serve_another(keyrings: dict[PracticeId, Keyring]) -> None:
    token = sign_link(keyrings[MINE], MINE, FORM, purpose="intake", expires=UNTIL)

    assert await read_link(token, purpose="offer", now=NOW, keyring_of=ring_of(keyrings)) == LinkBroken()


async def test_a_practice_cannot_sign_for_another(keyrings: dict[PracticeId, Keyring]) -> None:
    token = sign_link(keyrings[THEIRS], MINE, FORM, purpose="intake", expires=UNTIL)

    assert await read_link(token, purpose="intake", now=NOW, keyring_of=ring_of(keyrings)) == LinkBroken()


def ring_of(keyrings: dict[PracticeId, Keyring]):  # type: ignore[no-untyped-def]
    async def find(practice: PracticeId) -> Keyring | None:
        return keyrings.get(practice)

    return find
