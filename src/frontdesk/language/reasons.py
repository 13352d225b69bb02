"""Reasons in words: why a time can be kept, which rule blocks when none fits, and what would help."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml

from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Practice, Service
from frontdesk.language.catalogue import catalogue
from frontdesk.language.moments import Calendar
from frontdesk.scheduling.answer import Nothing, Offer


@dataclass(frozen=True, kw_only=True, slots=True)
class Reasons:
    """Puts reasons into one language, with the names of one practice. `asked_for` is who was wished for."""

    practice: Practice
    service: Service
    language: str
    now: datetime
    asked_for: PractitionerId | None = None

    def of_offer(self, offer: Offer) -> str:
        """ "Thursday, May 28 at 6:00 PM: Dana is the nurse injector on duty and Room 2 is free"."""
        because, told = offer.because, self._told
        parts = [
            str(told["on_duty"]).format(
                when=self._when(offer.slot.during.start, offer.slot.location),
                who=self._name(because.practitioner),
                role=because.role,
            )
        ]
        if because.joins:
            parts.append(str(told["joins"]).format(taken=because.joins, places=self.service.places))
        if because.room:
            parts.append(str(told["room"]).format(room=self.practice.room(because.room).name))
        parts += [str(told["devices"]).format(devices=self.practice.device(id).name) for id in because.devices]
        parts += [str(told["assistants"]).format(assistants=self._name(id)) for id in because.assistants]
        if len(parts) == 1:
            return parts[0]
        return f"{', '.join(parts[:-1])} {told['and']} {parts[-1]}"

    def of_nothing(self, nothing: Nothing) -> list[str]:
        """The rule that blocks, what it keeps from being offered, and the nearest change that would help."""
        told = self._told
        whose = self.asked_for or (nothing.opens.practitioner if nothing.opens else None)
        lines = [
            self._of("rules", nothing.rule.value).format(
                service=self.service.name,
                who=self._name(whose) if whose else self._anybody(),
                first=catalogue(self.language).either(self._comes_first()),
                for_whom=self._of("for_whom", self.service.rules.for_whom.value),
            )
        ]
        if nothing.opens:
            opens = nothing.opens
            when = self._when(opens.start, opens.location)
            lines.append(str(told["opens"]).format(when=when, who=self._name(opens.practitioner)))
        if nothing.change:
            slot = nothing.change.slot
            kin = nothing.change.kin.name.lower().replace("_", " ")
            lines.append(
                self._of("changes", kin).format(
                    when=self._when(slot.during.start, slot.location), who=self._name(slot.practitioner)
                )
            )
        else:
            lines.append(str(told["no_change"]))
        return lines

    @property
    def _told(self) -> Mapping[str, object]:
        return reasons_told(self.language)

    def _of(self, group: str, key: str) -> str:
        texts = self._told[group]
        assert isinstance(texts, dict)
        return str(texts[key])

    def _when(self, start: datetime, location: LocationId) -> str:
        zone = self.practice.location(location).zone
        return Calendar(told=catalogue(self.language), zone=zone, now=self.now).moment(start)

    def _name(self, id: PractitionerId) -> str:
        return self.practice.practitioner(id).first_name

    def _anybody(self) -> str:
        return str(self._told["anybody"]).format(service=self.service.name)

    def _comes_first(self) -> list[str]:
        wanted = [id for first in self.service.rules.needs_first for id in first.services]
        return [one.name for one in self.practice.services if one.id in wanted]


@cache
def reasons_told(language: str) -> Mapping[str, object]:
    """The texts of one language, by key."""
    path = Path(__file__).parent / "catalogue" / f"reasons_{language}.yaml"
    told: Mapping[str, object] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return told
