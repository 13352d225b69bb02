"""A walk through an account with Twilio that only reads."""

from collections.abc import AsyncIterator, Iterator

from frontdesk.channels.sms.checking import (
    campaign_finding,
    fault_finding,
    is_toll_free,
    keywords_finding,
    public_finding,
    repeats_finding,
    webhook_finding,
)
from frontdesk.channels.sms.twilio.client import Client
from frontdesk.channels.sms.twilio.reading import TRIES_AGAIN
from frontdesk.ports.faults import Fault
from frontdesk.ports.finding import Finding, Level
from frontdesk.wire.foreign import Foreign

STOPS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
_REGISTERED = "VERIFIED"


async def check_account(client: Client, service: str, number: str, webhook: str) -> AsyncIterator[Finding]:
    """Credentials, number, address of the webhooks, messaging service, registration, words that end texts."""
    try:
        account = await client.account()
        row = await client.number(number)
    except Fault as fault:
        yield fault_finding("credentials", fault)
        return
    status = account.text("status")
    if status == "active":
        yield Finding(level=Level.GOOD, what="credentials", says="Twilio lets us in")
    else:
        do = "Ask Twilio's support, or look at the billing page of the Console."
        yield Finding(level=Level.BAD, what="credentials", says=f"the account is {status}", do=do)
    if row is None:
        do = "Buy or port it in the Console under Phone Numbers, or correct the practice's number."
        yield Finding(level=Level.BAD, what="number", says=f"{number} is not the account's", do=do)
        return
    capable = row.fields.get("capabilities")
    if isinstance(capable, dict) and capable.get("sms") is True:
        yield Finding(level=Level.GOOD, what="number", says=f"{number} is the account's and can send texts")
    else:
        do = "Have texts enabled for it, or use another number."
        yield Finding(level=Level.BAD, what="number", says=f"{number} cannot send texts", do=do)
    yield public_finding(webhook)
    try:
        async for finding in _service(client, service, number, row, webhook):
            yield finding
    except Fault as fault:
        yield fault_finding("messaging service", fault)


async def _service(client: Client, sid: str, number: str, row: Foreign, webhook: str) -> AsyncIterator[Finding]:
    service = await client.service(sid) if sid else None
    if sid and service is None:
        yield Finding(
            level=Level.BAD,
            what="messaging service",
            says="there is none with this SID",
            do="Copy it from Messaging > Services in the Console, then `frontdesk sms connect` again.",
        )
        for finding in _webhook(row, webhook):
            yield finding
        return
    if service is None:
        for finding in _webhook(row, webhook):
            yield finding
        if is_toll_free(number):
            yield _toll_free()
        else:
            yield campaign_finding(None)
        yield keywords_finding(STOPS, "Twilio")
        return
    if number in await client.numbers_of_service(sid):
        yield Finding(level=Level.GOOD, what="messaging service", says="has the number among its senders")
    else:
        do = "Add it under Messaging > Services > Sender Pool."
        yield Finding(level=Level.BAD, what="messaging service", says=f"{number} is not among its senders", do=do)
    if service.yes("use_inbound_webhook_on_number"):
        findings = _webhook(row, webhook)
    else:
        given = service.fields.get("inbound_request_url")
        findings = _address(given, webhook, where="Messaging > Services > Integration")
    for finding in findings:
        yield finding
    if is_toll_free(number):
        yield _toll_free()
    else:
        campaigns = await client.campaigns_of_service(sid)
        words = [one.text("campaign_status") for one in campaigns]
        yield campaign_finding(_REGISTERED in words, ", ".join(words))
    yield keywords_finding(STOPS, "Twilio")


def _webhook(row: Foreign, webhook: str) -> Iterator[Finding]:
    application = row.fields.get("sms_application_sid")
    if application:
        yield Finding(
            level=Level.BAD,
            what="webhook address",
            says="a TwiML App stands before the number's own address",
            do=f"Under Phone Numbers > the number > Messaging, choose Webhook, POST and {webhook}{TRIES_AGAIN}",
        )
        return
    given = row.fields.get("sms_url")
    method = row.fields.get("sms_method")
    if isinstance(given, str) and given.partition("#")[0] == webhook and method != "POST":
        do = f"Under Phone Numbers > the number > Messaging, choose POST for {webhook}{TRIES_AGAIN}"
        yield Finding(level=Level.BAD, what="webhook address", says=f"is asked by {method}, not by POST", do=do)
        return
    yield from _address(given, webhook, where="Phone Numbers > the number > Messaging")


def _address(given: object, webhook: str, *, where: str) -> Iterator[Finding]:
    """Whether Twilio hands texts to this desk, and how often it tries; that is written behind the address."""
    written = given if isinstance(given, str) else ""
    plain = written.partition("#")[0]
    yield webhook_finding(plain, webhook, where=where, behind=TRIES_AGAIN)
    if plain == webhook:
        yield repeats_finding(
            written, f"{webhook}{TRIES_AGAIN}", tries="up to five times more, within 15 seconds", where=where
        )


def _toll_free() -> Finding:
    return Finding(
        level=Level.LOOK,
        what="registration",
        says="a toll-free number has to be verified by Twilio, which this does not look at",
        do="See Phone Numbers > Toll-Free Verification; texts of unverified numbers are not delivered (30032).",
    )
