"""The walk through an account: what is in order, what is not, and what to do, for each carrier."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.channels.sms.simulated import CARRIERS, OURS, SERVICE, Simulated, simulated

import frontdesk.channels.sms
from frontdesk.channels.sms.carriers import carrier, carriers
from frontdesk.channels.sms.telnyx import stand_in as telnyx
from frontdesk.channels.sms.twilio import stand_in as twilio
from frontdesk.domain.faults import Impossible
from frontdesk.ports.finding import Finding, Level
from frontdesk.standards.simulating import faults
from frontdesk.standards.simulating.faults import When

GOOD, LOOK, BAD = Level.GOOD, Level.LOOK, Level.BAD


async def found(one: Simulated, number: str = OURS) -> dict[str, Finding]:
    return {finding.what: finding async for finding in one.account.check(number)}


@pytest.mark.parametrize("name", CARRIERS)
async def test_an_account_in_order_wants_one_look_at_the_word_cancel(name: str) -> None:
    async with simulated(name) as one:
        told = await found(one)

    assert {what: finding.level for what, finding in told.items() if finding.level is not GOOD} == {
        "words that end texts": LOOK
    }
    assert "CANCEL" in told["words that end texts"].says
    assert one.bodies == []


@pytest.mark.parametrize("name", CARRIERS)
async def test_a_carrier_that_soon_gives_up_is_told_with_what_to_enter(name: str) -> None:
    async with simulated(name) as one:
        if isinstance(one.stand_in, twilio.StandIn):
            one.stand_in.numbers[OURS] = one.stand_in.numbers[OURS].partition("#")[0]
        else:
            one.stand_in.failover = None
        told = await found(one)

    assert told["webhook address"].level is GOOD
    assert told["repeats"].level is LOOK
    assert f"/sms/{name}/%2B15125550101{one.account.tries_again}" in told["repeats"].do


def _twilio(change: Callable[[twilio.StandIn, twilio.Service], None]) -> Callable[[Simulated], None]:
    def changed(one: Simulated) -> None:
        assert isinstance(one.stand_in, twilio.StandIn)
        change(one.stand_in, one.stand_in.services[SERVICE])

    return changed


def _telnyx(change: Callable[[telnyx.StandIn], None]) -> Callable[[Simulated], None]:
    def changed(one: Simulated) -> None:
        assert isinstance(one.stand_in, telnyx.StandIn)
        change(one.stand_in)

    return changed


ELSEWHERE = "https://elsewhere.example.com/hook"
WRONG = [
    ("twilio", _twilio(lambda one, _: setattr(one, "active", False)), "credentials", "suspended"),
    ("twilio", _twilio(lambda one, _: one.numbers.clear()), "number", "is not the account's"),
    ("twilio", _twilio(lambda one, _: setattr(one, "texts_capable", False)), "number", "cannot send texts"),
    ("twilio", _twilio(lambda one, _: one.numbers.update({OURS: ELSEWHERE})), "webhook address", "points elsewhere"),
    (
        "twilio",
        _twilio(lambda one, _: one.numbers.update({OURS: ""})),
        "webhook address",
        "texts that come in are lost",
    ),
    (
        "twilio",
        _twilio(lambda _, service: setattr(service, "uses_numbers_webhook", False)),
        "webhook address",
        "texts that come in are lost",
    ),
    ("twilio", _twilio(lambda _, service: service.numbers.clear()), "messaging service", "not among its senders"),
    ("twilio", _twilio(lambda one, _: one.services.clear()), "messaging service", "there is none"),
    ("twilio", _twilio(lambda _, service: setattr(service, "campaign", None)), "registration (10DLC)", "no registered"),
    (
        "twilio",
        _twilio(lambda _, service: setattr(service, "campaign", "IN_PROGRESS")),
        "registration (10DLC)",
        "IN_PROGRESS",
    ),
    ("telnyx", _telnyx(lambda one: setattr(one, "profile", "another")), "messaging profile", "there is none"),
    ("telnyx", _telnyx(lambda one: setattr(one, "enabled", False)), "messaging profile", "switched off"),
    ("telnyx", _telnyx(lambda one: setattr(one, "webhook", None)), "webhook address", "texts that come in are lost"),
    ("telnyx", _telnyx(lambda one: setattr(one, "webhook", ELSEWHERE)), "webhook address", "points elsewhere"),
    ("telnyx", _telnyx(lambda one: setattr(one, "version", "1")), "webhook version", "not 2"),
    ("telnyx", _telnyx(lambda one: one.numbers.clear()), "number", "not in the profile"),
    ("telnyx", _telnyx(lambda one: one.campaigns.clear()), "registration (10DLC)", "no registered"),
    (
        "telnyx",
        _telnyx(lambda one: one.campaigns.update({OURS: "PENDING_ASSIGNMENT"})),
        "registration (10DLC)",
        "pending_assignment",
    ),
]


@pytest.mark.parametrize(
    ("name", "change", "what", "says"), WRONG, ids=[f"{row[0]}-{row[2]}-{row[3]}" for row in WRONG]
)
async def test_what_is_not_in_order_is_told_with_what_to_do(
    name: str, change: Callable[[Simulated], None], what: str, says: str
) -> None:
    async with simulated(name) as one:
        change(one)
        told = await found(one)

    assert told[what].level is BAD
    assert says in told[what].says
    assert told[what].do


@pytest.mark.parametrize("name", CARRIERS)
@pytest.mark.parametrize("fault", [faults.KeyRefused(), faults.Fails(when=When.BEFORE_COMMIT), faults.Maintenance()])
async def test_a_carrier_that_does_not_let_us_in_is_one_line_and_no_traceback(name: str, fault: faults.Fault) -> None:
    async with simulated(name) as one:
        one.faults.plan(fault, times=9)
        told = await found(one)

    assert [(finding.what, finding.level) for finding in told.values()] == [("credentials", BAD)]


@pytest.mark.parametrize("name", CARRIERS)
async def test_a_toll_free_number_is_not_asked_for_a_campaign(name: str) -> None:
    toll_free = "+18335550101"
    async with simulated(name) as one:
        if isinstance(one.stand_in, twilio.StandIn):
            one.stand_in.numbers[toll_free] = f"https://clinic.example.com/sms/twilio/%2B{toll_free[1:]}"
            one.stand_in.services[SERVICE].numbers.append(toll_free)
        else:
            one.stand_in.numbers.append(toll_free)
        told = await found(one, toll_free)

    assert told["registration"].level is LOOK
    assert "registration (10DLC)" not in told


def test_a_new_carrier_is_one_folder() -> None:
    """Each folder has the same files, and says where each thing it relies on is known from."""
    written = {"account.py", "carrier.toml", "checking.py", "client.py", "codes.yaml", "reading.py", "stand_in.py"}
    home = Path(frontdesk.channels.sms.__file__).parent

    assert tuple(one.key for one in carriers()) == ("telnyx", "twilio")
    for one in carriers():
        assert written <= {file.name for file in (home / one.key).iterdir()}
        assert all(fact.source for fact in one.facts)
        assert {"address", "texts_per_second", "look_up"} <= {setting.key for setting in one.settings}


def test_settings_that_are_missing_or_unknown_are_told() -> None:
    manifest = carrier("twilio")[0]

    with pytest.raises(Impossible, match="auth_token"):
        manifest.completed({"account_sid": "AC1"})
    with pytest.raises(Impossible, match="no setting api_kay"):
        manifest.completed({"account_sid": "AC1", "auth_token": "t", "api_kay": "x"})
    with pytest.raises(LookupError):
        carrier("pigeon")
