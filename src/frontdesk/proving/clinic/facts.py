"""Who the patient is and whom they come for, as they would write it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from frontdesk.domain.ids import ServiceId
from frontdesk.proving.clinic.manner import born_written, phone_written
from frontdesk.proving.clinic.moments import moment, on_the_wall
from frontdesk.proving.clinic.task import Goal, Person, Task
from frontdesk.sample.practice import smile

_PRACTICE = smile()
_NAMES = {
    name.lower(): service.name for service in _PRACTICE.services for name in (service.name, *service.named_in.values())
}
_SERVICES = re.compile("|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True)), re.IGNORECASE)


@dataclass(kw_only=True)
class Facts:
    """The facts of one conversation; written the same way each time they are told."""

    task: Task
    chance: Random
    person: Person = field(init=False)
    _written: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.person = self.task.patient

    def values(self, goal: Goal) -> dict[str, str]:
        """What fills the slots of wordings while this is what they want: facts known, by name."""
        who = self.whose(goal)
        found = {
            "name": who.name,
            "given": who.name.split()[0],
            "phone": self._phone(who.phone or self.person.phone),
            "email": who.email or self.person.email,
            "born": self._born(who),
            "insurer": who.insurer,
            "member": who.member,
            "service": goal.called or self._service(goal),
            "visit": goal.called,
            "who": goal.who,
            "practitioner": self._practitioner(goal),
            "details": None,
        }
        return {name: value for name, value in found.items() if value is not None}

    def service_of(self, goal: Goal) -> str | None:
        """The name of what the visit that is spoken of is for."""
        found = next((visit.service for visit in self.task.before.visits if visit.key == goal.visit), None)
        service = found or goal.service
        return None if service is None else _PRACTICE.service(ServiceId(service)).name

    def visit_at(self, goal: Goal) -> datetime | None:
        """When the visit is that is spoken of, on the practice's wall."""
        found = next((visit.at for visit in self.task.before.visits if visit.key == goal.visit), None)
        return None if found is None else on_the_wall(moment(found))

    def services_in(self, words: str) -> set[str]:
        """The names of services that stand in the words; one that is a part of another only where it stands alone."""
        return {_NAMES[one.lower()] for one in _SERVICES.findall(words)}

    def names(self) -> tuple[str, ...]:
        """Words that are typed with care: names."""
        return (self.person.name, *(one.name for one in self.task.people))

    def change(self, facts: Mapping[str, str]) -> None:
        """Other facts from now on."""
        if facts:
            self.person = self.person.model_validate(self.person.model_dump() | dict(facts))
            self._written = {}

    def whose(self, goal: Goal) -> Person:
        """The person who is to come, or whose visit it is."""
        return next((one for one in self.task.people if one.name == goal.whose), self.person)

    def _phone(self, phone: str | None) -> str | None:
        if phone is None:
            return None
        return self._written.setdefault(phone, phone_written(phone, self.chance))

    def _born(self, who: Person) -> str | None:
        born: date | None = who.born
        if born is None:
            return None
        return self._written.setdefault(who.name, born_written(born, self.task.language, self.chance))

    def _service(self, goal: Goal) -> str | None:
        if goal.service is None:
            return None
        name = _PRACTICE.service(ServiceId(goal.service)).name
        return name[0].lower() + name[1:] if name.split()[0] not in {"HydraFacial", "IPL", "Botox"} else name

    def _practitioner(self, goal: Goal) -> str | None:
        if goal.by is None:
            return None
        return next(one.first_name for one in _PRACTICE.practitioners if one.id == goal.by)
