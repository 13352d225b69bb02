"""A patient's insurance as Open Dental keeps it: a carrier's plan, a subscription to it, and what that covers.

A carrier is never made up: what it is called on a patient's card is for staff to enter once.
"""

from dataclasses import dataclass
from functools import partial

from frontdesk.domain.chart import plain
from frontdesk.ports.abilities import Insurance
from frontdesk.ports.faults import Refused
from frontdesk.systems.opendental.client import Client, made
from frontdesk.wire.foreign import Foreign


@dataclass(frozen=True, kw_only=True, slots=True)
class Covering:
    """Whose chart is to show which insurance."""

    client: Client
    chart: int
    insurance: Insurance

    async def run(self) -> None:
        """Have the chart show it, once; what is there already is used. It comes after what covers the patient now.

        Raises: Refused (the office knows no such carrier, or several), Unreachable, OutcomeUnknown, NotPermitted.
        """
        carrier = await self._carrier()
        subscription = await self._subscription(carrier)
        if subscription is None:
            plan = await self._plan(carrier)
            if plan is None:
                group = {"GroupNum": self.insurance.group} if self.insurance.group else {}
                create = self.client.create_insurance("insplans", {"CarrierNum": carrier, **group}, "PlanNum")
                plan = await made(create, partial(self._plan, carrier))
            fields = {"PlanNum": plan, "Subscriber": self.chart, "SubscriberID": self.insurance.member}
            create = self.client.create_insurance("inssubs", fields, "InsSubNum")
            subscription = await made(create, partial(self._subscription, carrier))
        covering = await self.client.coverages(self.chart)
        if not any(row.integer("InsSubNum") == subscription for row in covering):
            ordinal = max((row.integer("Ordinal") for row in covering), default=0) + 1  # nothing is pushed back
            fields = {"PatNum": self.chart, "InsSubNum": subscription, "Ordinal": ordinal, "Relationship": "Self"}
            create = self.client.create_insurance("patplans", fields, "PatPlanNum")
            await made(create, partial(self._coverage, subscription))

    async def _carrier(self) -> int:
        """The carrier of that number or name. Raises: Refused."""
        payer = self.insurance.payer.strip()
        known = [row for row in await self.client.carriers() if not (row.has("IsHidden") and row.yes("IsHidden"))]
        fitting = [row for row in known if payer == str(row.integer("CarrierNum"))] or [
            row for row in known if plain(row.text("CarrierName")) == plain(payer)
        ]
        if len(fitting) != 1:
            raise Refused(f"Open Dental has {len(fitting)} carriers of that name. Staff must enter the insurance.")
        return fitting[0].integer("CarrierNum")

    async def _subscription(self, carrier: int) -> int | None:
        """The InsSubNum under which the patient is with that carrier by that member number."""
        plans = {row.integer("PlanNum") for row in await self.client.plans(carrier)}
        for row in await self.client.subscriptions(self.chart):
            if row.integer("PlanNum") in plans and _same(row, "SubscriberID", self.insurance.member):
                return row.integer("InsSubNum")
        return None

    async def _plan(self, carrier: int) -> int | None:
        """The carrier's plan of that group, the oldest where several are; one without a group where none is told."""
        shown = [row for row in await self.client.plans(carrier) if not (row.has("IsHidden") and row.yes("IsHidden"))]
        fitting = [row.integer("PlanNum") for row in shown if _same(row, "GroupNum", self.insurance.group or "")]
        return min(fitting, default=None)

    async def _coverage(self, subscription: int) -> int | None:
        """The PatPlanNum of a subscription."""
        for row in await self.client.coverages(self.chart):
            if row.integer("InsSubNum") == subscription:
                return row.integer("PatPlanNum")
        return None


def _same(row: Foreign, key: str, wanted: str) -> bool:
    return (row.text(key) if row.has(key) else "").strip().casefold() == wanted.strip().casefold()
