"""Which of a system's things is which of the practice's: proposed by name, checked against what the system lists."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import SequenceMatcher

import yaml

from frontdesk.domain.chart import plain
from frontdesk.domain.practice import Practice, Service
from frontdesk.ports.catalogue import Catalogue, Listed, ListedService
from frontdesk.systems.manifest import Manifest, Mapped

_BETWEEN = ", "
ALIKE = 0.85
"""From this likeness on (0 to 1) two names are taken for one, where no other comes near."""
_TITLES = {"dr", "mr", "mrs", "ms", "rn", "np", "pa", "md", "dds", "dmd"}

Things = Mapping[str, str]
"""Names by id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    """One of the practice's things beside the system's: `number` None where nothing there bears its name.

    `others` are what else it might be, as "number name". `about`: what else a person wants to know of it, such as how
    long it takes here and there, and who may do it.
    """

    id: str
    name: str
    number: str | None
    others: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


def ours(practice: Practice) -> dict[Mapped, Things]:
    """The practice's own things by their short names."""
    return {
        Mapped.LOCATIONS: {one.id: one.name for one in practice.locations},
        Mapped.PRACTITIONERS: {one.id: one.name for one in practice.practitioners},
        Mapped.ROOMS: {one.id: one.name for one in practice.rooms},
        Mapped.DEVICES: {one.id: one.name for one in practice.devices},
        Mapped.SERVICES: {one.id: one.name for one in practice.services if one.bookable},
    }


def listed(catalogue: Catalogue) -> dict[Mapped, Sequence[Listed | ListedService]]:
    """The system's things that are in use. Devices stand among its rooms: whatever has both calls them by one word."""
    rooms = [one for one in catalogue.rooms if one.active]
    return {
        Mapped.LOCATIONS: [one for one in catalogue.locations if one.active],
        Mapped.PRACTITIONERS: [one for one in catalogue.practitioners if one.active],
        Mapped.ROOMS: rooms,
        Mapped.DEVICES: rooms,
        Mapped.SERVICES: [one for one in catalogue.services if one.active],
    }


def proposed(
    catalogue: Catalogue, practice: Practice, manifest: Manifest, kept: Mapping[str, object]
) -> dict[Mapped, list[Tie]]:
    """Each of the practice's things with the one of the system that bears its name, of the kinds that are mapped.

    What `kept`, the file of numbers given before, ties already, stays tied.
    """
    there = listed(catalogue)
    elsewhere = short_names({word: given for word, given in kept.items() if word not in manifest.maps.values()})
    ties = {
        kind: [
            Tie(id=id, name=name, number=before)
            if (before := _before(kept.get(manifest.maps[kind]), id)) is not None
            else _tie(id, name, there[kind], kind)
            for id, name in things.items()
            if kind is not Mapped.PRACTITIONERS or id not in elsewhere
        ]
        for kind, things in ours(practice).items()
        if kind in manifest.maps
    }
    if Mapped.SERVICES in ties:
        ties[Mapped.SERVICES] = [_told(tie, practice, catalogue) for tie in ties[Mapped.SERVICES]]
    return ties


def with_places(
    kept: Mapping[str, object], ties: Mapping[Mapped, Sequence[Tie]], manifest: Manifest
) -> dict[str, object]:
    """The file of numbers given before with the locations that were found."""
    found = {tie.id: tie.number for tie in ties.get(Mapped.LOCATIONS, ()) if tie.number is not None}
    return {**kept, manifest.maps[Mapped.LOCATIONS]: found}


def untied(catalogue: Catalogue, ties: Mapping[Mapped, Sequence[Tie]]) -> dict[Mapped, list[str]]:
    """What the system lists and nothing of ours is tied to, as "number name"; services with their length."""
    there = listed(catalogue)
    taken = {kind: {one for tie in ties[kind] for one in (tie.number or "").split(_BETWEEN)} for kind in ties}
    if Mapped.DEVICES in ties:
        taken[Mapped.ROOMS] |= taken.pop(Mapped.DEVICES)
    return {
        kind: [_shown(one) for one in there[kind] if not any(bears(one, number) for number in taken[kind])]
        for kind in taken
    }


def bears(one: Listed | ListedService, number: str) -> bool:
    """Whether that is its number; of an id in several parts (urn:blvd:Staff:0c1d...) the last is enough."""
    return one.number == number or (bool(number) and one.number.endswith(f":{number}"))


def short_names(numbers: Mapping[str, object]) -> set[str]:
    """The short names under any of the words of a file of numbers."""
    return {str(id) for given in numbers.values() if isinstance(given, Mapping) for id in given}


def written(
    ties: Mapping[Mapped, Sequence[Tie]],
    manifest: Manifest,
    *,
    rest: Mapping[Mapped, Sequence[str]],
    kept: Mapping[str, object],
    lists: bool,
) -> str:
    """The file of numbers, in YAML, for a person to complete: what is not tied stands there as a comment.

    `rest`: what of the system's is tied to nothing. `kept`: the file given before; what it says beside the ties stays.
    `lists`: whether the system lists its things at all.
    """
    lines = [
        f"# Which of {manifest.name}'s numbers is which of ours. Complete it, and give it to",
        f"# `frontdesk systems connect {manifest.key} --numbers THIS-FILE`. What is left out is not booked there.",
    ]
    for kind, word in manifest.maps.items():
        lines.append(f"{word}:")
        empty = lists and not rest.get(kind) and all(tie.number is None for tie in ties.get(kind, ()))
        if empty:
            lines.append(f"  # {manifest.name} lists none; where it uses none, leave it so.")
        lines += [f"  {_line(tie, kind, lists=lists and not empty)}" for tie in ties.get(kind, ())]
        lines += [f"  # not ours, and not booked by the assistant: {other}" for other in rest.get(kind, ())]
    besides = {word: given for word, given in kept.items() if word not in manifest.maps.values()}
    return "\n".join(lines) + "\n" + (yaml.safe_dump(besides, sort_keys=False) if besides else "")


def _value(number: str) -> str:
    """A number as YAML reads it back: in quotes where it would be taken for another, as NO or 007 would."""
    try:
        plain_enough = str(yaml.safe_load(number)) == number
    except yaml.YAMLError:
        plain_enough = False
    return number if plain_enough else json.dumps(number)


def _before(given: object, id: str) -> str | None:
    """The number that a file of numbers gives one of ours; those of a room for two stand behind each other."""
    value = given.get(id) if isinstance(given, Mapping) else None
    many = value if isinstance(value, list | tuple) else (value,)
    return None if value is None else _BETWEEN.join(map(str, many))


def _line(tie: Tie, kind: Mapped, *, lists: bool) -> str:
    about = "".join(f"; {one}" for one in tie.about)
    if tie.number is not None:
        many = _BETWEEN.join(map(_value, tie.number.split(_BETWEEN)))
        value = f"[{many}]" if kind is Mapped.ROOMS else many
        return f"{tie.id}: {value}    # {tie.name}{about}"
    near = f"; perhaps {', or '.join(tie.others)}" if tie.others else ""
    lacking = " is not there by that name" if lists else ""
    return f"# {tie.id}:    # {tie.name}{lacking}{near}{about}"


def unknown_numbers(
    catalogue: Catalogue, numbers: Mapping[str, object], manifest: Manifest
) -> Iterator[tuple[str, str]]:
    """What the file of numbers names and the system does not list any more, as (our short name, number)."""
    there = listed(catalogue)
    for kind, word in manifest.maps.items():
        known = there[kind]
        given = numbers.get(word)
        for id, value in (given if isinstance(given, Mapping) else {}).items():
            for number in value if isinstance(value, list | tuple) else (value,):
                if known and not any(bears(one, str(number)) for one in known):
                    yield str(id), str(number)


def unknown_names(
    practice: Practice, numbers: Mapping[str, object], manifest: Manifest
) -> Iterator[tuple[str, Mapped]]:
    """What the file of numbers names as ours and the practice's files do not know, as (the name, of what kind)."""
    known: dict[Mapped, set[str]] = {kind: set(things) for kind, things in ours(practice).items()}
    known[Mapped.SERVICES] |= {one.id for one in practice.services}
    for kind, word in manifest.maps.items():
        given = numbers.get(word)
        for id in given if isinstance(given, Mapping) else {}:
            if str(id) not in known[kind]:
                yield str(id), kind


def takes_another_time(service: Service, there: timedelta | None) -> bool:
    """Whether a length that a system tells is another than ours, with set-up and clean-up or without."""
    return there is not None and there not in (service.length, service.before + service.length + service.after)


def in_minutes(length: timedelta | None) -> str:
    """A length as staff say it: "45 min"; "no length" where none is told."""
    return "no length" if length is None else f"{length // timedelta(minutes=1)} min"


def _told(tie: Tie, practice: Practice, catalogue: Catalogue) -> Tie:
    """With how long the service takes, who may do it, and whether patients book it online, here and there."""
    service = next(one for one in practice.services if one.id == tie.id)
    there = next((one for one in catalogue.services if tie.number is not None and bears(one, tie.number)), None)
    about = [in_minutes(service.length), f"by {_all([one.name for one in practice.qualified(service)])}"]
    if there is not None:
        if takes_another_time(service, there.length) or there.length is None:
            about[0] += " here" if there.length is None else f" here, {in_minutes(there.length)} there"
        named = {one.number: one.name for one in catalogue.practitioners}
        if there.practitioners is not None:
            about.append(f"there by {_all([named.get(one, one) for one in there.practitioners])}")
        if there.bookable is False:
            about.append("not open to patients online there")
    return replace(tie, about=tuple(about))


def _all(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody"


def _shown(one: Listed | ListedService) -> str:
    length = f", {in_minutes(one.length)}" if isinstance(one, ListedService) and one.length else ""
    return f"{one.number} {one.name}{length}"


def _tie(id: str, name: str, there: Sequence[Listed | ListedService], kind: Mapped) -> Tie:
    ranked = sorted(((_likeness(name, one.name, kind), one) for one in there), key=lambda pair: -pair[0])
    best = [one for likeness, one in ranked if likeness >= ALIKE]
    same = [one for likeness, one in ranked if likeness == 1.0]
    chosen = same[0] if len(same) == 1 else (best[0] if len(best) == 1 else None)
    others = () if chosen else tuple(f"{one.number} {one.name}" for likeness, one in ranked[:3] if likeness > 0.5)
    return Tie(id=id, name=name, number=chosen.number if chosen else None, others=others)


def _likeness(name: str, other: str, kind: Mapped) -> float:
    """From 0 to 1. People are alike by family name and first letter: a system may shorten the rest."""
    mine, theirs = _words(name), _words(other)
    if mine == theirs:
        return 1.0
    if kind is Mapped.PRACTITIONERS and mine and theirs and mine[-1] in theirs:
        firsts = {word[0] for word in theirs if word != mine[-1]}
        return 0.95 if mine[0][0] in firsts else 0.7
    return SequenceMatcher(None, " ".join(mine), " ".join(theirs)).ratio()


def _words(name: str) -> list[str]:
    words = plain(name).replace(".", " ").replace(",", " ").split()
    return [word for word in words if word not in _TITLES] or words
