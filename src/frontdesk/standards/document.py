"""A document read with checks, once: every fault is kept with its place, and reading goes on to find the rest."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Generic, TypeVar

from frontdesk.domain.faults import Impossible

T = TypeVar("T")
K = TypeVar("K")

Written = str | int | bool
"""How one value stands in a document."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that is wrong: where, what was found there and what is wanted instead."""

    place: tuple[str, ...]
    found: str
    wanted: str

    def __str__(self) -> str:
        return f"{' > '.join(self.place)}: {self.found}; {self.wanted}"


class DocumentWrong(ValueError):
    """A document that cannot be read; the text has a line for each of its faults."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, faults)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Form(Generic[T]):
    """How one kind of value is written in a document, and read back.

    `read` raises ValueError for a text it does not know; `stand_in` is used for it then, so that reading can go on.
    """

    wanted: str
    read: Callable[[str], T]
    write: Callable[[T], Written]
    stand_in: T
    known: Callable[[], tuple[str, ...]] = tuple


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One mapping of a document, at its place. What is read is remembered; `close` reports the rest as unknown."""

    place: tuple[str, ...]
    fields: Mapping[str, object]
    faults: list[Fault]
    read: set[str] = field(default_factory=set)

    def one(self, key: str, form: Form[T]) -> T:
        """The value of a key that must be there."""
        raw = self._take(key)
        if raw is None or raw == "":
            self.wrong(f"{key} is missing", f"add {form.wanted}", at=key)
            return form.stand_in
        return self._value(raw, form, at=(key,))

    def one_or(self, key: str, form: Form[T], default: K) -> T | K:
        """The value of a key that may be left out."""
        raw = self._take(key)
        return default if raw is None or raw == "" else self._value(raw, form, at=(key,))

    def many(self, key: str, form: Form[T]) -> tuple[T, ...]:
        """The values of a list; a single value stands for a list of one, and a key left out for none."""
        return self._values(self._take(key), form, at=(key,))

    def at_least_one(self, key: str, form: Form[T]) -> tuple[T, ...]:
        """The values of a list that must not be empty."""
        values = self.many(key, form)
        if not values and not self._is_faulty(key):
            self.wrong("nothing is named", f"name at least one: {form.wanted}", at=key)
        return values or (form.stand_in,)

    def each(self, key: str, keys: Form[K], form: Form[T]) -> dict[K, T]:
        """The values of a mapping by their keys."""
        return {known: self._value(raw, form, at=(key, name)) for known, name, raw in self._mapping(key, keys)}

    def each_many(self, key: str, keys: Form[K], form: Form[T]) -> dict[K, tuple[T, ...]]:
        """The lists of a mapping by their keys."""
        return {known: self._values(raw, form, at=(key, name)) for known, name, raw in self._mapping(key, keys)}

    def each_entry(self, key: str, keys: Form[K]) -> dict[K, "Entry"]:
        """The mappings of a mapping by their keys."""
        return {
            known: Entry.of(raw, place=(*self.place, key, name), faults=self.faults)
            for known, name, raw in self._mapping(key, keys)
        }

    def entries(self, key: str, *, named_by: str | None = None) -> list["Entry"]:
        """The mappings of a list, each placed by the value of `named_by`, or by its number in the list."""
        raw = self._take(key)
        if raw is None or raw == "":
            return []
        if not isinstance(raw, list):
            self.wrong(f"found {_shown(raw)}", "wanted a list, each entry begun with a dash", at=key)
            return []
        entries = []
        for number, fields in enumerate(raw, start=1):
            name = str(fields.get(named_by) or f"number {number}") if isinstance(fields, dict) else f"number {number}"
            entries.append(Entry.of(fields, place=(*self.place, key, name), faults=self.faults))
        return entries

    def entry(self, key: str) -> "Entry":
        """The mapping of a key; an empty one where it is left out."""
        raw = self._take(key)
        return Entry.of({} if raw is None or raw == "" else raw, place=(*self.place, key), faults=self.faults)

    @staticmethod
    def of(raw: object, *, place: tuple[str, ...], faults: list[Fault]) -> "Entry":
        """An entry over whatever was found; an empty one, with a fault, where that is no mapping."""
        if isinstance(raw, dict):
            return Entry(place=place, fields={str(key): value for key, value in raw.items()}, faults=faults)
        faults.append(Fault(place=place, found=f"found {_shown(raw)}", wanted="wanted lines of the form `key: value`"))
        return Entry(place=place, fields={}, faults=faults)

    def close(self) -> None:
        """Report the keys that nothing asked for."""
        for key in self.fields:
            if key not in self.read:
                known = tuple(self.read)
                wanted = did_you_mean(key, known) or f"the keys known here are {', '.join(sorted(known))}"
                self.wrong("this key is not known", wanted, at=key)

    def build(self, made: Callable[[], T]) -> T | None:
        """The value made from what was read, or None, with a fault, where the clinic's world does not allow it."""
        try:
            return made()
        except Impossible as impossible:
            self.wrong(str(impossible), "change what is named")
            return None

    def wrong(self, found: str, wanted: str, *, at: str | None = None) -> None:
        """Keep a fault of this entry, or of one of its keys."""
        place = (*self.place, at) if at else self.place
        self.faults.append(Fault(place=place, found=found, wanted=wanted))

    def _take(self, key: str) -> object:
        self.read.add(key)
        return self.fields.get(key)

    def _is_faulty(self, key: str) -> bool:
        place = (*self.place, key)
        return any(fault.place[: len(place)] == place for fault in self.faults)

    def _mapping(self, key: str, keys: Form[K]) -> Iterator[tuple[K, str, object]]:
        inner = self.entry(key)
        for name, raw in inner.fields.items():
            try:
                known = keys.read(name)
            except ValueError:
                inner.wrong(
                    "this key is not known", did_you_mean(name, keys.known()) or f"wanted {keys.wanted}", at=name
                )
                continue
            yield known, name, raw

    def _values(self, raw: object, form: Form[T], *, at: tuple[str, ...]) -> tuple[T, ...]:
        if raw is None or raw == "":
            return ()
        listed = raw if isinstance(raw, list) else [raw]
        return tuple(self._value(one, form, at=at) for one in listed)

    def _value(self, raw: object, form: Form[T], *, at: tuple[str, ...]) -> T:
        if isinstance(raw, str | int):
            text = str(raw).lower() if isinstance(raw, bool) else str(raw)
            try:
                return form.read(text.strip())
            except ValueError:
                hint = did_you_mean(text, form.known())
                wanted = f"wanted {form.wanted}" + (f" ({hint})" if hint else "")
        else:
            wanted = f"wanted {form.wanted}"
        self.faults.append(Fault(place=(*self.place, *at), found=f"found {_shown(raw)}", wanted=wanted))
        return form.stand_in


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """A hint to the known word that comes nearest, or "" when none is near."""
    spelled = {one.lower(): one for one in known}
    near = get_close_matches(word.lower(), spelled, n=1, cutoff=0.7)
    return f'did you mean "{spelled[near[0]]}"?' if near else ""


def _shown(raw: object) -> str:
    if isinstance(raw, dict):
        return f"a mapping ({', '.join(map(str, list(raw)[:3]))}{'...' if len(raw) > 3 else ''})"
    if isinstance(raw, list):
        return f"a list of {len(raw)}"
    if raw is None:
        return "nothing"
    text = str(raw)
    return f'"{text[:60]}..."' if len(text) > 60 else f'"{text}"'
