"""What a parameter or a field may hold, and how it is read. What the facts do not name is refused, never ignored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from frontdesk.standards.simulating.refusals import guess, seen
from frontdesk.systems.athenahealth.simulator_errors import NOT_VALID, missing, not_valid, says

Value = str | int | bool | tuple[int, ...]
Reads = Callable[[str, str], Value]
"""Takes a name and the text sent for it; gives its value, or raises Refusal. Days are given back as yyyy-mm-dd."""

Fields = Mapping[str, Reads]
"""What a call takes. A name that ends in "*" stands for every name that begins so."""

INDEXED = re.compile(r"([a-z]+)\[[0-9]+\]")
NANP = re.compile(r"1?([2-9][0-9]{2}[2-9][0-9]{6})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """The values of one call, read; a name that was not sent is absent."""

    values: Mapping[str, Value] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def number(self, name: str) -> int:
        """A whole number; 0 when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def numbers(self, name: str) -> tuple[int, ...]:
        """Whole numbers; () when they were not sent."""
        value = self.values.get(name)
        return value if isinstance(value, tuple) else ()

    def text(self, name: str) -> str:
        """A text or a day; "" when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def yes(self, name: str) -> bool:
        """Whether "true" was sent."""
        return self.values.get(name) is True


def read(fields: Fields, sent: Mapping[str, str]) -> Given:
    """What was sent, read name by name. Raises: Refusal for a name or value the facts do not know."""
    values: dict[str, Value] = {}
    for name, raw in sent.items():
        reads = fields.get(name) or next((one for key, one in fields.items() if _covers(key, name)), None)
        if reads is None:
            explained = f"{name} is not a parameter of this call."
            raise guess("unknown-name", 400, says(NOT_VALID, detailedmessage=explained, invalidfields=[name]))
        values[name] = reads(name, raw)
    return Given(values=values)


def gathered(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Names and texts. Seen [indexed-lists]: `dayofweekids[0]=1&dayofweekids[1]=3` is the list 1,3."""
    sent: dict[str, str] = {}
    for name, value in pairs:
        indexed = INDEXED.fullmatch(name)
        if indexed:
            before = sent.get(indexed.group(1))
            sent[indexed.group(1)] = f"{before},{value}" if before else value
        elif name in sent:
            explained = f"{name} is given twice."
            raise guess("repeated-name", 400, says(NOT_VALID, detailedmessage=explained, invalidfields=[name]))
        else:
            sent[name] = value
    return sent


def needed(given: Given, *names: str) -> None:
    """Nothing, when all are there. Raises: Refusal that lists all that are not."""
    absent = [name for name in names if given.values.get(name, "") == ""]
    if absent:
        raise missing(*absent)


def words(name: str, raw: str) -> str:
    """Text as it is."""
    return raw


def up_to(longest: int) -> Reads:
    """A reader for text of so many characters at most.

    Documented [field-lengths]. Guess [too-long-refused]: what athenaOne does with longer text is not published.
    """

    def reads(name: str, raw: str) -> str:
        if len(raw) > longest:
            explained = f"{name} holds {longest} characters at most."
            raise guess("too-long-refused", 400, says(NOT_VALID, detailedmessage=explained, invalidfields=[name]))
        return raw

    return reads


def a_number(name: str, raw: str) -> int:
    """A whole number; a minus is one too, for -1 stands for "none" and "any", and reasons have such ids."""
    if not re.fullmatch(r"-?[0-9]{1,12}", raw):
        raise not_valid(name, "a whole number is needed")
    return int(raw)


def numbers(name: str, raw: str) -> tuple[int, ...]:
    """Whole numbers with commas between them."""
    return tuple(a_number(name, part) for part in raw.split(","))


def yes_or_no(name: str, raw: str) -> bool:
    """true or false, in lower case."""
    if raw not in ("true", "false"):
        raise not_valid(name, "true or false is needed")
    return raw == "true"


def a_date(name: str, raw: str) -> str:
    """A day, sent as mm/dd/yyyy. Documented [date-format]."""
    if re.fullmatch(r"[0-9]{2}/[0-9]{2}/[0-9]{4}", raw):
        try:
            return datetime.strptime(raw, "%m/%d/%Y").date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            pass
    explained = f"Expecting {name} format date, but value is {raw}"
    raise seen("date-wording", 400, says(NOT_VALID, detailedmessage=explained))


def a_birth_date(name: str, raw: str) -> str:
    """A birth date, sent as mm/dd/yyyy."""
    try:
        born = datetime.strptime(raw, "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        born = date.max
    if len(raw) != len("mm/dd/yyyy") or not 1880 <= born.year <= 2200:
        raise seen("improper-dob", 400, says("Improper DOB."))
    return born.isoformat()


def a_moment(name: str, raw: str) -> str:
    """A wall-clock moment, sent as mm/dd/yyyy hh24:mi:ss; given back as ISO without a zone."""
    if re.fullmatch(r"[0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}", raw):
        try:
            return datetime.strptime(raw, "%m/%d/%Y %H:%M:%S").isoformat()  # noqa: DTZ007 - the caller knows the zone
        except ValueError:
            pass
    raise not_valid(name, "mm/dd/yyyy hh24:mi:ss is needed")


def times(name: str, raw: str) -> str:
    """Times of day as HH:MM, with commas between them."""
    for part in raw.split(","):
        try:
            fits = time.fromisoformat(part).isoformat("minutes") == part
        except ValueError:
            fits = False
        if not fits:
            raise not_valid(name, "hh24:mi is needed, with commas between several")
    return raw


def one_of(*choices: str) -> Reads:
    """A reader for one of these words, written just so."""

    def reads(name: str, raw: str) -> str:
        if raw not in choices:
            raise not_valid(name, f"one of {', '.join(choices)} is needed")
        return raw

    return reads


def digits_of_phone(raw: str) -> str:
    """The ten digits of a number of the North American plan; "" when it is none. Documented [phones-are-nanp]."""
    valid = NANP.fullmatch(re.sub(r"[\s().+-]", "", raw))
    return valid.group(1) if valid else ""


def phone_to_search(name: str, raw: str) -> str:
    """A phone to look for. Seen [invalid-phones-dropped]: one that is none is as if it had not been sent."""
    return digits_of_phone(raw)


def a_phone(name: str, raw: str) -> str:
    """A phone to keep. Guess [invalid-phones-refused]: on writing, one that is none is refused; "" empties."""
    if raw and not digits_of_phone(raw):
        explained = f"{name} is not a valid phone number."
        raise guess("invalid-phones-refused", 400, says(NOT_VALID, detailedmessage=explained, invalidfields=[name]))
    return digits_of_phone(raw)


def or_declined(reads: Reads) -> Reads:
    """The same, or the word "declined". Documented [declined]."""

    def either(name: str, raw: str) -> Value:
        return raw if raw == "declined" else reads(name, raw)

    return either


def _covers(key: str, name: str) -> bool:
    return key.endswith("*") and len(name) > len(key) - 1 and name.startswith(key[:-1]) and name.isalnum()
