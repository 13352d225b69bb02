"""Sending over both carriers' stand-ins: what is taken, what is not and why, and never twice whatever goes wrong."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis.strategies import lists, sampled_from
from tests.channels.sms.simulated import CARRIERS, OURS, PHONE, Simulated, a_text, simulated

from frontdesk.channels.sms.codes import read_codes
from frontdesk.channels.sms.telnyx import stand_in as telnyx
from frontdesk.channels.sms.twilio import stand_in as twilio
from frontdesk.domain.delivery import Line, Trouble
from frontdesk.domain.faults import Impossible
from frontdesk.ports.channel import Accepted, NotTaken, Text
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.standards.simulating import faults
from frontdesk.standards.simulating.faults import When

every_carrier = pytest.mark.parametrize("name", CARRIERS)
SENDS = {"twilio": "POST /2010-04-01/Accounts/{account}/Messages.json", "telnyx": "POST /v2/messages"}
BEFORE, AFTER = When.BEFORE_COMMIT, When.AFTER_COMMIT
LOST = (
    faults.Fails(when=BEFORE),
    faults.Fails(when=AFTER),
    faults.CutsConnection(when=BEFORE),
    faults.CutsConnection(when=AFTER),
    faults.GoesSilent(when=BEFORE),
    faults.GoesSilent(when=AFTER),
    faults.Maintenance(),
)


@every_carrier
async def test_a_text_is_taken_as_it_is_and_its_receipts_name_the_intent(name: str) -> None:
    async with simulated(name) as one:
        text = a_text("¿Le parece el jueves a las 15:30?")

        accepted = await one.account.send(text)

        sent = one.stand_in.sent[0]
        callback = sent.callback if isinstance(sent, twilio.Sent) else sent.webhook
    assert accepted == Accepted(receipt=sent.sid if isinstance(sent, twilio.Sent) else sent.id)
    assert one.bodies == [text.body]
    assert (sent.to, sent.sender) == (PHONE, OURS)
    assert callback == f"https://clinic.example.com/sms/{name}/%2B15125550101?text={text.key}"


async def test_texts_go_through_the_messaging_service_from_the_clinics_own_number() -> None:
    async with simulated("twilio") as one:
        await one.account.send(a_text())

        sent = one.stand_in.sent[0]
    assert isinstance(sent, twilio.Sent)
    assert sent.service == "MG" + "2" * 32


async def test_a_number_without_a_messaging_service_can_send_too() -> None:
    async with simulated("twilio", messaging_service="") as one:
        await one.account.send(a_text())

        sent = one.stand_in.sent[0]
    assert isinstance(sent, twilio.Sent)
    assert sent.service is None


@every_carrier
@pytest.mark.parametrize(("letter", "times", "turns"), [("a", 160, 1), ("a", 161, 2), ("á", 71, 2), ("🙂", 100, 4)])
async def test_each_segment_waits_for_its_turn(name: str, letter: str, times: int, turns: int) -> None:
    async with simulated(name) as one:
        await one.account.send(a_text(letter * times))

    assert one.pace.taken == turns


@every_carrier
@pytest.mark.parametrize(
    ("twilio_code", "telnyx_code", "trouble"),
    [
        (21610, "40300", Trouble.BLOCKED),
        (21614, "40001", Trouble.LANDLINE),
        (21211, "40012", Trouble.UNKNOWN),
        (21617, "40009", Trouble.CONTENT),
        (29999, "49999", Trouble.OTHER),
    ],
)
async def test_what_is_not_taken_comes_back_with_its_reason(
    name: str, twilio_code: int, telnyx_code: str, trouble: Trouble
) -> None:
    async with simulated(name) as one:
        one.refuse(PHONE, twilio_code, telnyx_code)

        outcome = await one.account.send(a_text())

    assert outcome == NotTaken(trouble=trouble, code=str(twilio_code) if name == "twilio" else telnyx_code)
    assert one.bodies == []


@every_carrier
@pytest.mark.parametrize(
    ("twilio_code", "telnyx_code", "fault"),
    [(21611, "40318", Unreachable), (21606, "40305", NotPermitted), (30034, "40010", NotPermitted)],
)
async def test_what_is_the_accounts_or_passes_is_raised(
    name: str, twilio_code: int, telnyx_code: str, fault: type[Fault]
) -> None:
    async with simulated(name) as one:
        one.refuse(PHONE, twilio_code, telnyx_code)

        with pytest.raises(fault):
            await one.account.send(a_text())


@every_carrier
async def test_whoever_texted_cancel_alone_is_cut_off_by_the_carrier_and_start_brings_them_back(name: str) -> None:
    async with simulated(name) as one:
        one.stand_in.text_in(PHONE, OURS, "Cancel")
        cut_off = await one.account.send(a_text())
        one.stand_in.text_in(PHONE, OURS, "START")
        back = await one.account.send(a_text())

    assert isinstance(cut_off, NotTaken)
    assert cut_off.trouble is Trouble.BLOCKED
    assert isinstance(back, Accepted)


@every_carrier
async def test_too_many_requests_are_asked_again_since_nothing_was_taken(name: str) -> None:
    async with simulated(name) as one:
        one.faults.plan(faults.TooMany(retry_after=1), times=2)

        accepted = await one.account.send(a_text())

    assert isinstance(accepted, Accepted)
    assert len(one.bodies) == 1


@every_carrier
async def test_keys_that_are_refused_are_a_persons_matter(name: str) -> None:
    async with simulated(name) as one:
        one.faults.plan(faults.KeyRefused())

        with pytest.raises(NotPermitted):
            await one.account.send(a_text())


@every_carrier
@pytest.mark.parametrize("fault", LOST, ids=str)
async def test_a_lost_answer_is_never_a_second_text(name: str, fault: faults.Fault) -> None:
    async with simulated(name) as one:
        text = a_text()
        one.faults.plan(fault, on=SENDS[name])
        tried = one.hands.now()

        with pytest.raises(OutcomeUnknown):
            await one.account.send(text)
        accepted = await until_known(one, replace(text, tried=tried))

    assert isinstance(accepted, Accepted)
    assert one.bodies == [text.body]


async def until_known(one: Simulated, text: Text) -> Accepted | NotTaken:
    """As the outbox does: again after a while, until it is known."""
    for seconds in (5, 30, 300):
        await one.hands.pause(seconds)
        try:
            return await one.account.send(text)
        except OutcomeUnknown:
            continue
    raise AssertionError("it never became known")


@every_carrier
@hypothesis_settings(deadline=None, max_examples=40)
@given(struck=lists(sampled_from([None, *LOST, faults.TooMany(retry_after=0)]), min_size=1, max_size=4))
async def test_whatever_strikes_in_whatever_order_each_intent_is_one_text(
    name: str, struck: list[faults.Fault | None]
) -> None:
    async with simulated(name) as one:
        texts = [a_text(f"number {place}") for place in range(len(struck))]
        for text, fault in zip(texts, struck, strict=True):
            if fault is not None:
                one.faults.plan(fault, on=SENDS[name])
            tried = one.hands.now()
            try:
                await one.account.send(text)
            except OutcomeUnknown:
                await until_known(one, replace(text, tried=tried))
            except Unreachable:
                await one.account.send(text)
            await one.hands.pause(40)  # the carrier is left alone after failures in a row

    assert one.bodies == [text.body for text in texts]


async def test_a_text_that_is_not_listed_yet_is_not_sent_a_second_time_at_once() -> None:
    async with simulated("twilio") as one:
        text = a_text()
        one.faults.plan(faults.CutsConnection(when=AFTER), on=SENDS["twilio"])
        tried = one.hands.now()
        with pytest.raises(OutcomeUnknown):
            await one.account.send(text)
        sent = one.stand_in.sent[0]
        assert isinstance(one.stand_in, twilio.StandIn)
        assert isinstance(sent, twilio.Sent)
        one.stand_in.hidden.add(sent.sid)
        await one.hands.pause(5)

        with pytest.raises(OutcomeUnknown, match="does not list"):
            await one.account.send(replace(text, tried=tried))
        one.stand_in.hidden.clear()
        accepted = await one.account.send(replace(text, tried=tried))

    assert accepted == Accepted(receipt=sent.sid)
    assert len(one.bodies) == 1


async def test_the_same_words_of_an_earlier_text_are_not_taken_for_this_one() -> None:
    async with simulated("twilio") as one:
        earlier = await one.account.send(a_text("OK"))
        assert isinstance(earlier, Accepted)
        one.ours.add(earlier.receipt)
        tried = one.hands.now()
        await one.hands.pause(60)

        accepted = await one.account.send(a_text("OK", tried=tried))

    assert one.bodies == ["OK", "OK"]
    assert accepted != earlier


@pytest.mark.parametrize("kept", ["", "**************"])
async def test_words_that_the_account_does_not_keep_are_taken_for_those_that_may_have_been_sent(kept: str) -> None:
    async with simulated("twilio") as one:
        text = a_text()
        one.faults.plan(faults.CutsConnection(when=AFTER), on=SENDS["twilio"])
        tried = one.hands.now()
        with pytest.raises(OutcomeUnknown):
            await one.account.send(text)
        sent = one.stand_in.sent[0]
        assert isinstance(sent, twilio.Sent)
        sent.body = kept

        accepted = await until_known(one, replace(text, tried=tried))

    assert accepted == Accepted(receipt=sent.sid)
    assert len(one.bodies) == 1


async def test_what_was_left_by_a_process_that_died_is_found_by_its_key() -> None:
    async with simulated("telnyx") as one:
        text = a_text()
        first = await one.account.send(text)

        again = await one.account.send(replace(text, tried=one.hands.now()))

    assert again == first
    assert len(one.bodies) == 1


async def test_a_key_that_telnyx_has_forgotten_is_not_used_again() -> None:
    async with simulated("telnyx") as one:
        text = a_text(tried=one.hands.now())
        await one.hands.wait(timedelta(hours=24))

        with pytest.raises(Refused, match="not sent a second time"):
            await one.account.send(text)


@every_carrier
@pytest.mark.parametrize(
    ("twilio_line", "telnyx_line", "line"),
    [
        ("mobile", "mobile", Line.MOBILE),
        ("landline", "fixed line", Line.LANDLINE),
        ("nonFixedVoip", "voip", Line.VOIP),
        ("tollFree", "toll free", Line.OTHER),
        (None, None, None),
    ],
)
async def test_the_line_of_a_number_is_looked_up(
    name: str, twilio_line: str | None, telnyx_line: str | None, line: Line | None
) -> None:
    async with simulated(name) as one:
        said = twilio_line if name == "twilio" else telnyx_line
        if said is not None:
            one.stand_in.lines[PHONE] = said

        assert await one.account.line(PHONE) is line


@pytest.mark.parametrize("setting", [{"texts_per_second": "0"}, {"texts_per_second": "many"}, {"look_up": "perhaps"}])
async def test_a_setting_that_is_none_is_told(setting: dict[str, str]) -> None:
    with pytest.raises(Impossible):
        async with simulated("twilio", **setting):
            pass


@every_carrier
def test_every_code_has_a_source(name: str) -> None:
    codes = read_codes(name)

    assert {Trouble.LANDLINE, Trouble.BLOCKED, Trouble.UNKNOWN, Trouble.THROTTLED} <= {
        one.means for one in codes.values()
    }
    assert all(
        one.source.startswith("https://") or one.source in {"page", "opt-out", "api", "guess"} for one in codes.values()
    )


@every_carrier
async def test_the_stand_in_refuses_what_is_not_published(name: str) -> None:
    async with simulated(name) as one:
        for method, path, body in (
            ("GET", "/v9/invented", b""),
            ("POST", SENDS[name].split()[1].replace("{account}", "AC" + "1" * 32), b"Invented=1"),
        ):
            answered = await ask(one, method, path, body)
            assert answered >= 400, path


async def ask(one: Simulated, method: str, path: str, body: bytes) -> int:
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(str(message["status"])))

    kind = b"application/json" if isinstance(one.stand_in, telnyx.StandIn) else b"application/x-www-form-urlencoded"
    if isinstance(one.stand_in, telnyx.StandIn):
        body = json.dumps({"invented": 1}).encode()
        authorization = f"Bearer {one.stand_in.key}".encode()
    else:
        authorization = b"Basic " + base64.b64encode(f"{one.stand_in.account}:{one.stand_in.token}".encode())
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"authorization", authorization), (b"content-type", kind)],
    }
    await one.stand_in(scope, receive, send)
    return statuses[0]
