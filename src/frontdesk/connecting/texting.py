"""Opens practices' accounts with carriers for texts. Only wiring and `frontdesk sms` use it."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlsplit

from frontdesk.channels.sms.carriers import CarrierManifest, carrier
from frontdesk.channels.sms.paced import per_second
from frontdesk.compliance.agreements import Leaving, Processing
from frontdesk.domain.ids import PracticeId
from frontdesk.ports.carrying import Account, OfTheDesk
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.gate import Gate
from frontdesk.settings import LOOPBACK
from frontdesk.storage.carrier_accounts import CarrierAccount, read_account
from frontdesk.storage.database import Storage
from frontdesk.storage.deliveries import known_receipts
from frontdesk.storage.vendor_pace import NoLimit, VendorPace


@dataclass(frozen=True, kw_only=True, slots=True)
class Texting:
    """An open account, and the carrier it is with. Whoever opened it closes `account`."""

    carrier: CarrierManifest
    account: Account


def webhook_at(public_url: str, carrier: str, number: str) -> str:
    """The address under which a carrier hands in what is about a number; it is part of what some of them sign."""
    return f"{public_url}/sms/{carrier}/{quote(number)}"


class Accounts:
    """Opens accounts as they are stored. `demo`: only what runs on this machine is reached."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        gate: Callable[[PracticeId, Leaving], Gate],
        *,
        public_url: str,
        demo: bool,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._gate = gate
        self._public_url = public_url
        self._demo = demo

    async def all(self, opened: AsyncExitStack) -> dict[PracticeId, Texting]:
        """The accounts of the practices that have one; `opened` parts from them.

        Raises: NotPermitted (a demo would reach a real carrier), LookupError (there is no such carrier any more).
        """
        async with self._storage.directory() as directory:
            known = [id for id, _, _ in await directory.practices()]
        found: dict[PracticeId, Texting] = {}
        for practice in known:
            async with self._storage.practice(practice) as db:
                stored = await read_account(db)
            if stored is not None:
                found[practice] = self.open(practice, stored)
                opened.push_async_callback(found[practice].account.close)
        return found

    def open(self, practice: PracticeId, stored: CarrierAccount) -> Texting:
        """One account, not yet asked anything. Raises: NotPermitted, LookupError, Impossible (a setting is not one)."""
        manifest, opens = carrier(stored.carrier)
        settings = manifest.completed(stored.settings)
        host = urlsplit(settings.get("address", "")).hostname or ""
        if self._demo and host not in LOOPBACK:
            raise NotPermitted(f"{manifest.name} at {host} writes to real phones; a demo never reaches it.")
        every = timedelta(seconds=1 / per_second(settings["texts_per_second"]))

        async def ours(receipts: Sequence[str]) -> frozenset[str]:
            async with self._storage.practice(practice) as db:
                return await known_receipts(db, receipts)

        desk = OfTheDesk(
            pace=VendorPace(self._storage, practice, f"{manifest.key} texts", every),
            asking=NoLimit(),
            ours=ours,
            webhook=lambda number: webhook_at(self._public_url, manifest.key, number),
            clock=self._clock,
            gate=None if host in LOOPBACK else self._gate(practice, Leaving(kind=Processing.SMS, to=host)),
        )
        return Texting(carrier=manifest, account=opens(settings, desk))
