"""Whoever a practice's OpenID provider has recognised comes in as the account that waits for them, and no other."""

import secrets
from datetime import datetime
from uuid import UUID

from frontdesk.reception.openid import Known
from frontdesk.reception.sign_in import Begun, Refused, refuse
from frontdesk.storage import people, sessions
from frontdesk.storage.database import Db
from frontdesk.storage.openid import Provider, link_account, linked_account
from frontdesk.storage.people import Access, Account


async def sign_in_known(
    db: Db, provider: Provider, known: Known, *, device: str, id: UUID, now: datetime
) -> Begun | Refused:
    """A session of theirs. It lacks its second factor unless the provider has asked for one.

    The first time an address that the provider vouches for leads to the account; from then on only what the
    provider calls them does, so that an address given to somebody else opens nothing.
    """
    account = await _account(db, provider, known, now=now)
    if account is None or account.access is Access.DISABLED:
        return refuse(db, account, by="openid")
    if account.access is Access.INVITED:
        await people.set_access(db, account.id, Access.ACTIVE)
    token = secrets.token_urlsafe(32)
    await sessions.begin_session(db, id, account.id, token, proven=known.two_factors, device=device, now=now)
    return Begun(token=token, account=account)


async def _account(db: Db, provider: Provider, known: Known, *, now: datetime) -> Account | None:
    id = await linked_account(db, provider.issuer, known.subject)
    if id is not None:
        return await people.read_account(db, id)
    if known.email is None:
        return None
    account = await people.account_of(db, known.email)
    if account is None or account.access is Access.DISABLED:
        return None
    return account if await link_account(db, provider.issuer, known.subject, account.id, now=now) else None
