"""A site's profile as a YAML file. All that is wrong in one is told at once."""

from collections.abc import Mapping
from enum import Enum
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

import yaml

from frontdesk.domain.appointment import Status
from frontdesk.domain.faults import Impossible
from frontdesk.standards.hl7.site import STANDING, Answers, At, ChartNumber, End, Moves, Orders, Plays, Site, VisitEvent

EXAMPLES = ("standard-2.5.1", "epic-outgoing-2.3", "one-number-2.4")
"""The profiles that come along, each a file of the folder `profiles` beside this one."""

E = TypeVar("E", bound=Enum)


class ProfileWrong(ValueError):
    """A profile's file does not say what is needed. `faults` are all of them, in words."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


def example(name: str) -> Site:
    """One of EXAMPLES."""
    return read_site(files(__package__).joinpath("profiles", f"{name}.yaml").read_text(encoding="utf-8"))


def read_site(text: str) -> Site:
    """The site that a file describes. Raises: ProfileWrong."""
    try:
        tree = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        raise ProfileWrong(["the file is no YAML"]) from fault
    if not isinstance(tree, dict):
        raise ProfileWrong(["the file holds no settings such as name: North Street"])
    page = _Page({str(name): value for name, value in tree.items()})
    try:
        site = _site(page)
    except Impossible as fault:
        raise ProfileWrong([*page.faults, str(fault)]) from fault
    page.faults += [f"{name} is no setting of a site" for name in page.left]
    if page.faults:
        raise ProfileWrong(page.faults)
    return site


def _site(page: "_Page") -> Site:
    return Site(
        name=page.text("name"),
        versions=page.texts("versions"),
        ours=page.end("ours"),
        theirs=page.end("theirs"),
        processing=page.text("processing", "P"),
        unmarked=page.text("unmarked", "ASCII"),
        writes=page.text("writes", "UNICODE UTF-8"),
        marks_character_set=page.yes("marks_character_set", otherwise=True),
        names_structure=page.yes("names_structure", otherwise=True),
        writes_offset=page.yes("writes_offset", otherwise=True),
        minutes_unless_said=page.yes("minutes_unless_said", otherwise=True),
        visit=page.places("visit"),
        chart=page.charts("chart"),
        service=page.places("service"),
        practitioner=page.places("practitioner"),
        room=page.places("room"),
        location=page.places("location"),
        status=page.places("status"),
        standing=MappingProxyType({**STANDING, **page.meanings("standing", Status)}),
        blocked=frozenset(word.upper() for word in page.texts("blocked", ("BLOCKED",))),
        general=page.meanings("general", Plays),
        events=page.meanings("events", VisitEvent),
        orders=page.word("orders", Orders, Orders.SIU),
        moves=page.word("moves", Moves, Moves.SAME_VISIT),
        answers=page.word("answers", Answers, Answers.ORIGINAL),
    )


class _Page:
    """The settings of a file; what is wrong with one is kept, and something harmless stands in for it."""

    def __init__(self, tree: Mapping[str, object]) -> None:
        self._tree = tree
        self._asked: set[str] = set()
        self.faults: list[str] = []

    @property
    def left(self) -> list[str]:
        """The settings that nobody asked for."""
        return [name for name in self._tree if name not in self._asked]

    def _value(self, name: str) -> object:
        self._asked.add(name)
        return self._tree.get(name)

    def text(self, name: str, otherwise: str | None = None) -> str:
        value = self._value(name)
        if value is None and otherwise is not None:
            return otherwise
        return self._text(value, name)

    def _text(self, value: object, name: str) -> str:
        if isinstance(value, str) and value.strip():
            return value
        hint = "; put it in quotation marks" if isinstance(value, float | int | bool) else ""
        self.faults.append(f"{name}: a text was wanted{hint}")
        return ""

    def texts(self, name: str, otherwise: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self._value(name)
        if value is None:
            return otherwise
        if not isinstance(value, list):
            self.faults.append(f"{name}: a list was wanted")
            return otherwise
        return tuple(self._text(one, name) for one in value)

    def yes(self, name: str, *, otherwise: bool) -> bool:
        value = self._value(name)
        if value is None:
            return otherwise
        if not isinstance(value, bool):
            self.faults.append(f"{name}: yes or no was wanted")
            return otherwise
        return value

    def places(self, name: str) -> tuple[At, ...]:
        return tuple(at for text in self.texts(name) if (at := self._place(text, name)))

    def _place(self, text: str, name: str) -> At | None:
        try:
            return At.of(text)
        except Impossible as fault:
            self.faults.append(f"{name}: {fault}")
            return None

    def word(self, name: str, words: type[E], otherwise: E) -> E:
        value = self._value(name)
        return otherwise if value is None else self._word(value, name, words) or otherwise

    def _word(self, value: object, name: str, words: type[E]) -> E | None:
        known = {str(one.value): one for one in words}
        if not isinstance(value, str) or value not in known:
            self.faults.append(f"{name}: one of {', '.join(known)} was wanted")
            return None
        return known[value]

    def meanings(self, name: str, words: type[E]) -> Mapping[str, E]:
        value = self._value(name)
        if value is None:
            return MappingProxyType({})
        if not isinstance(value, dict):
            self.faults.append(f"{name}: words with their meanings were wanted")
            return MappingProxyType({})
        read = {str(word).upper(): self._word(meaning, f"{name}: {word}", words) for word, meaning in value.items()}
        return MappingProxyType({word: meaning for word, meaning in read.items() if meaning is not None})

    def end(self, name: str) -> End:
        page = self._below(self._value(name), name)
        return End(application=page.get("application", ""), facility=page.get("facility", ""))

    def charts(self, name: str) -> tuple[ChartNumber, ...]:
        value = self._value(name)
        if not isinstance(value, list):
            self.faults.append(f"{name}: a list was wanted, such as - at: PID-3")
            return ()
        read = []
        for one in value:
            page = self._below(one, name)
            at = self._place(page.get("at", ""), name)
            if at:
                read.append(ChartNumber(at=at, type=page.get("type", ""), authority=page.get("authority", "")))
        return tuple(read)

    def _below(self, value: object, name: str) -> dict[str, str]:
        known = {"application", "facility"} if name in {"ours", "theirs"} else {"at", "type", "authority"}
        if not isinstance(value, dict) or not set(value) <= known:
            self.faults.append(f"{name}: {', '.join(sorted(known))} were wanted")
            return {}
        return {key: self._text(one, f"{name}.{key}") if one != "" else "" for key, one in value.items()}
