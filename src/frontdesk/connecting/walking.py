"""A walk through a live connection that only reads, told so that whoever runs the clinic's computers can act on it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from frontdesk.connecting.tying import (
    bears,
    in_minutes,
    ours,
    short_names,
    takes_another_time,
    unknown_names,
    unknown_numbers,
)
from frontdesk.domain.practice import Practice, Service
from frontdesk.domain.time import Period
from frontdesk.ports.abilities import ListsCatalogue, TellsBusyTimes, TellsChanges
from frontdesk.ports.catalogue import Catalogue
from frontdesk.ports.connecting import Connector
from frontdesk.ports.faults import Fault, NotPermitted, Refused, Unreachable
from frontdesk.ports.finding import Finding, Level
from frontdesk.ports.system import SlotRequest
from frontdesk.standards.document import did_you_mean
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
            yield _broken("keys and catalogue", fault, manifest, practice)
            return
        yield _counted(catalogue)
    for finding in _mapped(catalogue, manifest, practice, numbers):
        yield finding
    if Ability.FIND_SLOTS in manifest.can:
        word = manifest.maps.get(Mapped.SERVICES, "")
        given = numbers.get(word)
        mapped = given if isinstance(given, Mapping) else {}
        told = ""
        for service in practice.services:
            if not service.bookable or (word and service.id not in mapped):
                continue
            wanted = SlotRequest(service=service.id, within=Period(start=now, end=now + WITHIN))
            try:
                found = await system.find_slots(wanted)
            except Fault as fault:
                if str(fault) == told:  # it is none of this service's own: the key, or the address
                    yield Finding(level=Level.BAD, what="times of the other services", says="the same")
                    return
                told = str(fault)
                yield _no_times(service, fault, manifest, practice)
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
                    do=f"See in {manifest.name} whether somebody who may do it has free hours, "
                    "and that rooms and people it needs are tied.",
                )


def _no_times(service: Service, fault: Fault, manifest: Manifest, practice: Practice) -> Finding:
    """A service that cannot be asked for: what it lacks may be given, or it is left to staff."""
    broken = _broken(f"times of {service.name}", fault, manifest, practice)
    if service.id in str(fault):
        left = f"Where {service.name} is left to staff, take {service.id} out of the file of numbers."
        return replace(broken, do=f"{broken.do}\n        {left}")
    return broken


def followed(system: Connector, stands: Followed, visits: int, *, now: datetime) -> Finding:
    """How old the copy of the system's visits is, of which that many are to come."""
    what = "what staff change there"
    if not isinstance(system, TellsChanges):
        says = "is not told; a visit that a patient was promised is looked at every five minutes"
        if isinstance(system, TellsBusyTimes):
            says = (
                "is not told; a visit that a patient asked for is looked for, and what becomes of it later is not seen"
            )
        return Finding(level=Level.LOOK, what=what, says=says)
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
        (len(catalogue.locations), "location"),
        (len(catalogue.practitioners), "practitioner"),
        (len(catalogue.services), "service"),
        (len(catalogue.rooms), "room"),
    )
    says = ", ".join(f"{count} {what}{'s' * (count != 1)}" for count, what in parts if count)
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
                do=f"See what is listed: frontdesk systems map {manifest.key} --practice {practice.key} FILE; "
                "then correct the file of numbers.",
            )
        )
    for id, kind in unknown_names(practice, numbers, manifest):
        near = did_you_mean(id, tuple(ours(practice)[kind]))
        found.append(
            Finding(
                level=Level.BAD,
                what=f"{manifest.maps[kind]} > {id}",
                says=f"{practice.name} has nothing of that short name{f'; {near}' if near else '.'}",
                do="Correct it in the file of numbers, or take the line out; then give the file anew.",
            )
        )
    for kind, things in ours(practice).items():
        word = manifest.maps.get(kind)
        if word is None:
            continue
        # a system may have people in more fields than one
        named = short_names(numbers if kind is Mapped.PRACTITIONERS else {word: numbers.get(word)})
        lacking = [name for id, name in things.items() if id not in named]
        if lacking and kind is not Mapped.LOCATIONS:
            found.append(
                Finding(
                    level=Level.LOOK,
                    what=f"{kind.value} without a number",
                    says=", ".join(lacking),
                    do="What has no number is not booked there. Leave it so, or complete the file of numbers.",
                )
            )
    found += _differing(catalogue, manifest, practice, numbers)
    if manifest.maps and not found:
        found.append(Finding(level=Level.GOOD, what="the file of numbers", says="names what is there, and all of it"))
    return found


def _differing(
    catalogue: Catalogue, manifest: Manifest, practice: Practice, numbers: Mapping[str, object]
) -> list[Finding]:
    """Services that take another time there than here, and such as patients cannot book online there."""
    given = numbers.get(manifest.maps.get(Mapped.SERVICES, ""))
    tied = [
        (service, other)
        for service in practice.services
        for other in catalogue.services
        if isinstance(given, Mapping) and service.id in given and bears(other, str(given[service.id]))
    ]
    lengths = [
        f"{service.name} takes {in_minutes(service.length)} here, {in_minutes(other.length)} there"
        for service, other in tied
        if takes_another_time(service, other.length)
    ]
    closed = [service.name for service, other in tied if other.bookable is False]
    found = []
    if lengths:
        do = f"Make them alike, here or in {manifest.name}; docs/systems/{manifest.key}.md says which of them holds."
        found.append(Finding(level=Level.LOOK, what="lengths that differ", says="; ".join(lengths), do=do))
    if closed:
        do = f"Open them to patients in {manifest.name}, or take them out of the file of numbers."
        found.append(Finding(level=Level.LOOK, what="not open to patients online there", says=", ".join(closed), do=do))
    return found


def _broken(what: str, fault: Fault, manifest: Manifest, practice: Practice) -> Finding:
    """What does not work. Its own words say what is wrong; what is done about it depends on its kind."""
    again = f"frontdesk systems connect {manifest.key} --practice {practice.key}"
    match fault:
        case NotPermitted():
            do = f"When that is put right, check again; settings that were wrong are given anew: {again}"
        case Unreachable():
            do = "Check the address, the network and whether the system is up; then run this again."
        case Refused():
            do = f"Check that the address is that of {manifest.name}, to its end, and what its words say."
        case _:
            do = "Run this again; if it stays so, ask whoever runs Frontdesk."
    return Finding(level=Level.BAD, what=what, says=str(fault), do=do)
