"""A walk through an account with Telnyx that only reads."""

from collections.abc import AsyncIterator

from frontdesk.channels.sms.checking import (
    campaign_finding,
    fault_finding,
    is_toll_free,
    keywords_finding,
    public_finding,
    repeats_finding,
    webhook_finding,
)
from frontdesk.channels.sms.telnyx.client import Client
from frontdesk.ports.faults import Fault
from frontdesk.ports.finding import Finding, Level

STOPS = ("STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT")
_ASSIGNED = "ASSIGNED"


async def check_account(client: Client, profile: str, number: str, webhook: str) -> AsyncIterator[Finding]:
    """Credentials, profile, number, address of the webhooks, registration, words that end texts."""
    try:
        row = await client.profile(profile)
    except Fault as fault:
        yield fault_finding("credentials", fault)
        return
    yield Finding(level=Level.GOOD, what="credentials", says="Telnyx lets us in")
    if row is None:
        do = "Copy its ID from Messaging in the portal, then `frontdesk sms connect` again."
        yield Finding(level=Level.BAD, what="messaging profile", says="there is none with this ID", do=do)
        return
    if row.yes("enabled"):
        yield Finding(level=Level.GOOD, what="messaging profile", says="is there and switched on")
    else:
        do = "Switch it on under Messaging in the portal."
        yield Finding(level=Level.BAD, what="messaging profile", says="is switched off", do=do)
    yield public_finding(webhook)
    given = row.fields.get("webhook_url")
    yield webhook_finding(given if isinstance(given, str) else "", webhook, where="Messaging > the profile > Inbound")
    failover = row.fields.get("webhook_failover_url")
    yield repeats_finding(
        failover if isinstance(failover, str) else "",
        webhook,
        tries="three times there and three times at the failover URL",
        where="Messaging > the profile > Inbound > Failover URL",
    )
    if row.fields.get("webhook_api_version") != "2":
        do = "Under Messaging > the profile > Inbound, choose API V2."
        yield Finding(level=Level.BAD, what="webhook version", says="is not 2: webhooks would not be understood", do=do)
    try:
        async for finding in _number(client, profile, number):
            yield finding
    except Fault as fault:
        yield fault_finding("number", fault)


async def _number(client: Client, profile: str, number: str) -> AsyncIterator[Finding]:
    if number in await client.numbers_of_profile(profile):
        yield Finding(level=Level.GOOD, what="number", says=f"{number} is in the profile")
    else:
        do = "Under Numbers > My Numbers, give it this messaging profile, or correct the practice's number."
        yield Finding(level=Level.BAD, what="number", says=f"{number} is not in the profile", do=do)
    if is_toll_free(number):
        do = "See Messaging > Toll-Free Verification; unverified numbers are blocked."
        says = "a toll-free number has to be verified, which this does not look at"
        yield Finding(level=Level.LOOK, what="registration", says=says, do=do)
    else:
        status = await client.campaign_of(number)
        yield campaign_finding(None if status is None else status == _ASSIGNED, (status or "").lower())
    own = await client.stop_words(profile)
    yield keywords_finding(tuple(dict.fromkeys((*STOPS, *own))), "Telnyx")
