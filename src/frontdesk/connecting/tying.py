"""Which of a system's things is which of the practice's: proposed by name, checked against what the system lists."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from frontdesk.domain.chart import plain
from frontdesk.domain.practice import Practice
from frontdesk.ports.catalogue import Catalogue, Listed, ListedService
from frontdesk.systems.manifest import Manifest, Mapped

ALIKE = 0.85
"""From this likeness on (0 to 1) two names are taken for one, where no other comes near."""
_TITLES = {"dr", "mr", "mrs", "ms", "rn", "np", "pa", "md", "dds", "dmd"}

Things = Mapping[str, str]
"""Names by id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    """One of the practice's things beside the system's: `number` None where nothing there bears its name.

    `others` are what else it might be, as "number name".
    """

    id: str
    name: str
    number: str | None
    others: tuple[str, ...] = ()


def ours(practice: Practice) -> dict[Mapped, Things]:
    """The practice's own things by their short names."""
    return {
        Mapped.LOCATIONS: {one.id: one.name for one in practice.locations},
        Mapped.PRACTITIONERS: {one.id: one.name for one in practice.practitioners},
        Mapped.ROOMS: {one.id: one.name for one in practice.rooms},
        Mapped.SERVICES: {one.id: one.name for one in practice.services if one.bookable},
    }


def listed(catalogue: Catalogue) -> dict[Mapped, Sequence[Listed | ListedService]]:
    """The system's things that are in use."""
    return {
        Mapped.LOCATIONS: [one for one in catalogue.locations if one.active],
        Mapped.PRACTITIONERS: [one for one in catalogue.practitioners if one.active],
        Mapped.ROOMS: [one for one in catalogue.rooms if one.active],
        Mapped.SERVICES: [one for one in catalogue.services if one.active],
    }


def proposed(catalogue: Catalogue, practice: Practice, manifest: Manifest) -> dict[Mapped, list[Tie]]:
    """Each of the practice's things with the one of the system that bears its name, of the kinds that are mapped."""
    there = listed(catalogue)
    return {
        kind: [_tie(id, name, there[kind], kind) for id, name in things.items()]
        for kind, things in ours(practice).items()
        if kind in manifest.maps
    }


def written(ties: Mapping[Mapped, Sequence[Tie]], manifest: Manifest) -> str:
    """The file of numbers, in YAML, for a person to complete: what is not tied stands there as a comment."""
    lines = [
        f"# Which of {manifest.name}'s numbers is which of ours. Complete it, and give it to",
        f"# `frontdesk systems connect {manifest.key} --numbers THIS-FILE`. What is left out is not booked there.",
    ]
    for kind, word in manifest.maps.items():
        lines.append(f"{word}:")
        for tie in ties.get(kind, ()):
            value = f"[{tie.number}]" if kind is Mapped.ROOMS and tie.number else tie.number
            if tie.number is None:
                near = f"; perhaps {', or '.join(tie.others)}" if tie.others else ""
                lines.append(f"  # {tie.id}:    # {tie.name} is not there by that name{near}")
            else:
                lines.append(f"  {tie.id}: {value}    # {tie.name}")
    return "\n".join(lines) + "\n"


def unknown_numbers(
    catalogue: Catalogue, numbers: Mapping[str, object], manifest: Manifest
) -> Iterator[tuple[str, str]]:
    """What the file of numbers names and the system does not list any more, as (our short name, number)."""
    there = listed(catalogue)
    for kind, word in manifest.maps.items():
        known = {one.number for one in there[kind]}
        given = numbers.get(word)
        for id, value in (given if isinstance(given, Mapping) else {}).items():
            for number in value if isinstance(value, list | tuple) else (value,):
                if known and str(number) not in known:
                    yield str(id), str(number)


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
