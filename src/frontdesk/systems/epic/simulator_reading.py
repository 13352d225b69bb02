"""What a call of layer 2 may be sent, and how it is read. What the facts do not name is refused, never ignored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from frontdesk.systems.epic.simulator_errors import not_layer2
from frontdesk.systems.epic.simulator_rows import hyphened_day, slashed_day

Reads = Callable[[str, object], object]
"""Takes where a value stands and the value as sent; gives it read, or raises Refusal."""

Shape = Mapping[str, Reads]


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """The values of one object, read; a name that was not sent, or sent as null, is absent."""

    values: Mapping[str, object] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        """A text; "" when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def yes(self, name: str) -> bool:
        """Whether it was sent as true."""
        return self.values.get(name) is True

    def day(self, name: str) -> date | None:
        """A day; None when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def given(self, name: str) -> "Given":
        """An object within; an empty one when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, Given) else Given()

    def many(self, name: str) -> "tuple[Given, ...]":
        """The objects of a list."""
        value = self.values.get(name)
        return tuple(one for one in value if isinstance(one, Given)) if isinstance(value, tuple) else ()

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list."""
        value = self.values.get(name)
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()


def read(shape: Shape, sent: Mapping[str, object], *, within: str = "") -> Given:
    """What was sent, read name by name. Raises: Refusal for a name or a value the facts do not know."""
    values: dict[str, object] = {}
    for name, raw in sent.items():
        reads = shape.get(name)
        if reads is None:
            raise not_layer2("unknown-name", f"{within}{name} is not known to this call.")
        if raw is not None:
            values[name] = reads(f"{within}{name}", raw)
    return Given(values=values)


def needed(given: Given, *names: str) -> None:
    """Nothing, when all are there. Raises: Refusal for the first that is not."""
    for name in names:
        if given.values.get(name, "") in ("", ()):
            raise not_layer2("missing-field", f"{name} is needed.")


def words(name: str, raw: object) -> str:
    """Text as it is, blanks and all."""
    if not isinstance(raw, str):
        raise _no_fit(name, "a text")
    return raw


def hyphens(name: str, raw: object) -> date:
    """A day as YYYY-MM-DD. Seen [days-by-call]: each call has its own form of days."""
    found = hyphened_day(words(name, raw))
    if found is None:
        raise _no_fit(name, "a day as YYYY-MM-DD")
    return found


def slashes(name: str, raw: object) -> date:
    """A day as M/D/YYYY."""
    found = slashed_day(words(name, raw))
    if found is None:
        raise _no_fit(name, "a day as M/D/YYYY")
    return found


def either_day(name: str, raw: object) -> date:
    """A day in one of the two forms. Guess [either-form]: where the form that a call takes was not seen."""
    found = hyphened_day(words(name, raw)) or slashed_day(words(name, raw))
    if found is None:
        raise _no_fit(name, "a day as YYYY-MM-DD or M/D/YYYY")
    return found


def wall_time(name: str, raw: object) -> str:
    """A time of day as HH:MM:SS; given back as HH:MM."""
    try:
        found = datetime.strptime(words(name, raw), "%H:%M:%S")  # noqa: DTZ007 - a wall clock has no zone
    except ValueError:
        raise _no_fit(name, "a time as HH:MM:SS") from None
    if found.second or len(words(name, raw)) != len("HH:MM:SS"):
        raise _no_fit(name, "a time as HH:MM:SS, of a whole minute")
    return f"{found:%H:%M}"


def yes_or_no(name: str, raw: object) -> bool:
    """true or false, as JSON or as the text of a query."""
    if raw not in (True, False, "true", "false") or isinstance(raw, int) is not isinstance(raw, bool):
        raise _no_fit(name, "true or false")
    return raw in (True, "true")


def one_of(*choices: str) -> Reads:
    """A reader for one of these words, written just so."""

    def reads(name: str, raw: object) -> str:
        if words(name, raw) not in choices:
            raise _no_fit(name, f"one of {', '.join(choices)}")
        return words(name, raw)

    return reads


def an_object(shape: Shape) -> Reads:
    """A reader for an object of this shape."""

    def reads(name: str, raw: object) -> Given:
        if not isinstance(raw, Mapping):
            raise _no_fit(name, "an object")
        return read(shape, raw, within=f"{name}.")

    return reads


def a_list(of: Reads) -> Reads:
    """A reader for a list of such values."""

    def reads(name: str, raw: object) -> tuple[object, ...]:
        if not isinstance(raw, list):
            raise _no_fit(name, "a list")
        return tuple(of(f"{name}[]", one) for one in raw)

    return reads


def _no_fit(name: str, wanted: str) -> Exception:
    return not_layer2("value-does-not-fit", f"{name}: {wanted} is needed.")


TYPED: Shape = {"ID": words, "Type": words}
"""Seen [ids-are-pairs]: an id always comes with its type."""
