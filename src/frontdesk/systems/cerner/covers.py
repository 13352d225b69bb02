"""A patient's insurance as Millennium keeps it: a Coverage of the patient, paid by an Organization of the domain.

Which Organization a payer is stands in the file of numbers: a hospital has many of like names, and none is guessed.
"""

from dataclasses import dataclass

from frontdesk.domain.chart import plain
from frontdesk.ports.abilities import Insurance
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.standards.fhir_scheduling.asking import Ask, Does
from frontdesk.standards.fhir_scheduling.changing import create
from frontdesk.standards.fhir_scheduling.outcomes import Trouble, trouble
from frontdesk.standards.fhir_scheduling.papers import new_coverage
from frontdesk.standards.fhir_scheduling.reading import Node
from frontdesk.standards.fhir_scheduling.values import references, to
from frontdesk.systems.cerner.client import NAME, Client
from frontdesk.systems.cerner.mapping import Numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Covering:
    """Whose file is to show which insurance."""

    client: Client
    numbers: Numbers
    chart: str
    insurance: Insurance

    async def run(self) -> None:
        """Have the file show it, once; what is there already is left.

        Raises: Refused (the payer is none of the file's), Unreachable, OutcomeUnknown, NotPermitted.
        """
        payer = self._payer()
        if await self._is_there(payer):
            return
        made = new_coverage(
            to("Patient", self.chart),
            to("Organization", payer),
            member=self.insurance.member.strip(),
            group=(self.insurance.group or "").strip(),
        )
        lost: OutcomeUnknown | None = None
        wrong: Trouble | None = None
        try:
            wrong = trouble(await self.client.act(create(made)))
        except OutcomeUnknown as fault:
            lost = fault
        if (lost or wrong) and not await self._is_there(payer):
            raise lost or Refused(f"{NAME} did not take the insurance: {wrong.says if wrong else ''}. Staff can.")

    def _payer(self) -> str:
        """The Organization's id of the payer of that name, or of that very id. Raises: Refused."""
        wanted = self.insurance.payer.strip()
        fitting = {id for name, id in self.numbers.payers.items() if id == wanted or plain(name) == plain(wanted)}
        if len(fitting) != 1:
            raise Refused("The file of numbers names no Organization for that payer. Staff must enter the insurance.")
        return fitting.pop()

    async def _is_there(self, payer: str) -> bool:
        """Whether the file shows it, by payer and member number."""
        ask = Ask(method="GET", path="/Coverage", does=Does.READS, query=(("patient", self.chart),))
        rows = [Node.of(one, "Coverage") for one in await self.client.resources(ask, "Coverage")]
        return any(
            payer in {one.id for one in references(row, "payor")}
            and row.text_or_none("subscriberId").strip().casefold() == self.insurance.member.strip().casefold()
            for row in rows
        )
