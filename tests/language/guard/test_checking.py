"""A thousand replies as they are sent pass the guard; each with one thing in it made untrue is stopped."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from random import Random

import pytest
from tests.dialogue.conversing import NAMES, Talk
from tests.language.guard.altering import CLAIMS, alterations

from frontdesk.dialogue.state import State
from frontdesk.domain.message import ChannelKind
from frontdesk.language.guard.checking import unfounded
from frontdesk.language.guard.ground import Ground, ground
from frontdesk.language.phrasing import Facts, phrase
from frontdesk.sample.practice import smile

PRACTICE = smile()
PATIENTS = {part for name in NAMES for part in (name, name.partition(" ")[0])}
MANY = 1000


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A reply and the facts of its turn."""

    text: str
    buttons: tuple[str, ...]
    language: str
    facts: Ground


@pytest.fixture(scope="module")
def sent() -> list[Sent]:
    """A thousand different replies, of conversations with the policy in both languages."""
    return asyncio.run(_gathered())


async def _gathered() -> list[Sent]:
    found: dict[str, Sent] = {}
    seed = 0
    while len(found) < MANY:
        seed += 1
        language = ("en", "es")[seed % 2]
        state = State(address="+15125550147" if seed % 4 < 2 else None, language=language)
        talk = Talk(practice=PRACTICE, random=Random(seed), state=state)
        for _ in range(9):
            turned = await talk.turn(talk.heard(likely=0.9))
            if not turned.says:
                continue
            facts = Facts(
                practice=PRACTICE,
                zone=PRACTICE.locations[0].zone,
                language=language,
                channel=ChannelKind.WEBCHAT,
                now=talk.now,
            )
            reply = phrase(turned.says, facts)
            bears = ground(PRACTICE, turned.says, turned.happened, state=turned.state, language=language, now=talk.now)
            found[reply.text] = Sent(text=reply.text, buttons=reply.buttons, language=language, facts=bears)
    return list(found.values())


def test_what_is_true_passes(sent: list[Sent]) -> None:
    stopped = [(one.text, unfounded(one.text, one.facts, buttons=one.buttons)) for one in sent]

    assert len(sent) >= MANY
    assert [(text, found) for text, found in stopped if found] == []


def test_each_time_date_price_name_and_claim_made_untrue_is_stopped(sent: list[Sent]) -> None:
    tried: Counter[str] = Counter()
    passed: list[tuple[str, str]] = []

    for one in sent:
        for kind, altered in alterations(one.text, one.language, PRACTICE, PATIENTS):
            tried[kind] += 1
            if not unfounded(altered, one.facts):
                passed.append((kind, altered))

    assert passed == []
    assert min(tried.values()) >= 5, tried
    assert sum(tried.values()) > 4 * MANY


def test_a_claim_of_what_did_not_happen_is_stopped(sent: list[Sent]) -> None:
    passed = [
        (claim, one.text)
        for one in sent
        for claim in CLAIMS[one.language]
        if not unfounded(claim, replace(one.facts, happened=(), state=State()))
    ]

    assert passed == []
