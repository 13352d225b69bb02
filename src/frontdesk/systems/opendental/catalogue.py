"""What an office lists of itself, in Open Dental's numbers."""

from datetime import timedelta

from frontdesk.ports.catalogue import Catalogue, Listed, ListedService
from frontdesk.systems.opendental.client import Client
from frontdesk.systems.opendental.mapping import TICK
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together


async def list_office(client: Client) -> Catalogue:
    """Clinics, providers, appointment types, operatories and carriers.

    Open Dental does not say who may do which appointment type. Raises: Unreachable, NotPermitted, Unreadable.
    """
    clinics, providers, types, operatories, carriers = await together(
        client.clinics(), client.providers(), client.appointment_types(), client.operatories(), client.carriers()
    )
    return Catalogue(
        locations=tuple(_listed(row, "ClinicNum", "Description") for row in clinics),
        practitioners=tuple(map(_provider, providers)),
        services=tuple(map(_service, types)),
        rooms=tuple(_listed(row, "OperatoryNum", "OpName") for row in operatories),
        payers=tuple(_listed(row, "CarrierNum", "CarrierName") for row in carriers),
    )


def _listed(row: Foreign, number: str, name: str) -> Listed:
    return Listed(number=str(row.integer(number)), name=row.text(name), active=_shown(row))


def _provider(row: Foreign) -> Listed:
    """A provider by name. Those that are no person, such as a location that bills, are not booked with."""
    names = [row.text(name) for name in ("FName", "LName") if row.has(name)]
    person = not (row.has("IsNotPerson") and row.yes("IsNotPerson"))
    there = not row.has("ProvStatus") or row.text("ProvStatus") != "Deleted"
    return Listed(
        number=str(row.integer("ProvNum")),
        name=" ".join(names) or row.text("Abbr"),
        active=_shown(row) and person and there,
    )


def _service(row: Foreign) -> ListedService:
    """An appointment type. Without a Pattern it lasts as long as its procedures, which is told nowhere."""
    ticks = len(row.text("Pattern")) if row.has("Pattern") else 0
    length: timedelta | None = ticks * TICK if ticks else None
    return ListedService(
        number=str(row.integer("AppointmentTypeNum")),
        name=row.text("AppointmentTypeName"),
        active=_shown(row),
        length=length,
    )


def _shown(row: Foreign) -> bool:
    return not (row.has("IsHidden") and row.yes("IsHidden"))
