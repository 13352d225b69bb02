"""A walk through a live connection that only reads, told so that whoever runs the clinic's computers can act on it."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta

from frontdesk.connecting.tying import ours, unknown_numbers
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.abilities import ListsCatalogue, TellsChanges
from frontdesk.ports.catalogue import Catalogue
from frontdesk.ports.connecting import Connector
from frontdesk.ports.faults import Fault, NotPermitted, Refused, Unreachable
from frontdesk.ports.finding import Finding, Level
from frontdesk.ports.system import SlotRequest
from frontdesk.storage.followed import Followed
from frontdesk.systems.manifest import Ability, Manifest, Mapped

WITHIN = timedelta(days=14)
OLD = timedelta(minutes=30)
"""A copy that is older than this is not kept up with; what is asked rarely is asked every quarter of an hour."""


async def walk(
    system: Connector, manifest: Manifest, practice: Practice, numbers: Mapping[str, object], *, now: datetime
) -> AsyncIterator[Finding]:
    """Each finding as it comes: keys, catalogue, what is mapped, and the times of each service. Nothing is written."""
    catalogue = Catalogue()
    if isinstance(system, ListsCatalogue):
        try:
            catalogue = await system.catalogue()
        except Fault as fault:
            yield _broken("keys and catalogue", fault)
            return
        yield _counted(catalogue)
    for finding in _mapped(catalogue, manifest, practice, numbers):
        yield finding
    if Ability.FIND_SLOTS in manifest.can:
        word = manifest.maps.get(Mapped.SERVICES, "")
        given = numbers.get(word)
        mapped = given if isinstance(given, Mapping) else {}
        for service in practice.services:
            if not service.bookable or (word and service.id not in mapped):
                continue
            wanted = SlotRequest(service=service.id, within=Period(start=now, end=now + WITHIN))
            try:
                found = await system.find_slots(wanted)
            except Fault as fault:
                yield _broken(f"times of {service.name}", fault)
                if isinstance(fault, Unreachable):
                    return
                continue
            if found:
                yield Finding(level=Level.GOOD, what=f"times of {service.name}", says=f"{len(found)} in two weeks")
            else:
                yield Finding(
                    level=Level.LOOK,
                    what=f"times of {service.name}",
                    says="none in two weeks",
                    do=f"See in {manifest.name} whether somebody who may do it has hours, and a room is tied to them.",
                )


def followed(system: Connector, stands: Followed, visits: int, *, now: datetime) -> Finding:
    """How old the copy of the system's visits is, of which that many are to come."""
    what = "what staff change there"
    if not isinstance(system, TellsChanges):
        return Finding(
            level=Level.LOOK,
            what=what,
            says="is not told; a visit that a patient was promised is looked at every five minutes",
        )
    if stands.read is None:
        do = "Start `frontdesk work`; it is read within a minute of the start."
        return Finding(level=Level.LOOK, what=what, says="was not read yet", do=do)
    age = now - stands.read
    says = f"was read {_ago(age)} ago, {visits} visits to come"
    if stands.failed_since is not None:
        says += f"; it has not been readable for {_ago(now - stands.failed_since)}"
    if age <= OLD:
        return Finding(level=Level.GOOD, what=what, says=says)
    do = "See that `frontdesk work` runs, and what the lines above say of the connection."
    return Finding(level=Level.BAD, what=what, says=says, do=do)


def _ago(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"


def _counted(catalogue: Catalogue) -> Finding:
    parts = (
        (len(catalogue.locations), "locations"),
        (len(catalogue.practitioners), "practitioners"),
        (len(catalogue.services), "services"),
        (len(catalogue.rooms), "rooms"),
    )
    says = ", ".join(f"{count} {what}" for count, what in parts if count)
    return Finding(level=Level.GOOD, what="keys and catalogue", says=says or "read, and empty")


def _mapped(
    catalogue: Catalogue, manifest: Manifest, practice: Practice, numbers: Mapping[str, object]
) -> list[Finding]:
    found: list[Finding] = []
    gone = list(unknown_numbers(catalogue, numbers, manifest))
    for id, number in gone:
        found.append(
            Finding(
                level=Level.BAD,
                what=f"the number of {id}",
                says=f"{number} is not listed by {manifest.name}, or not in use there",
                do=f"Run `frontdesk systems map {manifest.key}` and correct the file of numbers.",
            )
        )
    for kind, things in ours(practice).items():
        word = manifest.maps.get(kind)
        if word is None:
            continue
        given = numbers.get(word)
        lacking = [name for id, name in things.items() if not isinstance(given, Mapping) or id not in given]
        if lacking and kind is not Mapped.LOCATIONS:
            found.append(
                Finding(
                    level=Level.LOOK,
                    what=f"{kind.value} without a number",
                    says=", ".join(lacking),
                    do="What has no number is not booked there. Leave it so, or complete the file of numbers.",
                )
            )
    if not found:
        found.append(Finding(level=Level.GOOD, what="the file of numbers", says="names what is there, and all of it"))
    return found


def _broken(what: str, fault: Fault) -> Finding:
    match fault:
        case NotPermitted():
            do = "Check the keys and what they are allowed, then `frontdesk systems connect` anew."
        case Unreachable():
            do = "Check the address, the network and whether the system is up; then run this again."
        case Refused():
            do = "The system understood and will not; its words say why."
        case _:
            do = "Run this again; if it stays so, ask whoever runs Frontdesk."
    return Finding(level=Level.BAD, what=what, says=str(fault), do=do)
