"""People who call with one detail: what it is, how they say and spell it, and how they put right what is read back."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from random import Random

from frontdesk.dialogue.state import Part
from frontdesk.language.details.keyed import keys_of, keys_of_name
from frontdesk.language.details.phones import as_spoken

TAKES_LINK = 0.4
"""How many take a link that is offered; the others go on speaking."""
MOST_LINES = 16

_GIVEN = (
    *("James", "Mary", "Robert", "Patricia", "Linda", "Michael", "Barbara", "David", "Jennifer", "Karen", "Nancy"),
    *(
        "Sarah",
        "Sara",
        "Katherine",
        "Catherine",
        "Kathryn",
        "Steven",
        "Stephen",
        "Jeffrey",
        "Geoffrey",
        "Shawn",
        "Sean",
    ),
    *("Maria", "Jose", "Luis", "Ana", "Carmen", "Guadalupe", "Priya", "Wei", "Aisha", "Fatima", "Dmitri", "Siobhan"),
    *("Aaliyah", "Destiny", "Brooklyn", "Madison", "Caitlin", "Kaitlyn", "Zoe", "Chloe", "Ethan", "Tyler", "Mateo"),
    *(
        "Ingrid",
        "Bjorn",
        "Yusuf",
        "Thuy",
        "Kenji",
        "Lakshmi",
        "Octavia",
        "Philippa",
        "Gwendolyn",
        "Thaddeus",
        "Ezekiel",
    ),
)
_FAMILY = (
    *("Smith", "Smyth", "Johnson", "Jonson", "Brown", "Miller", "Wilson", "Anderson", "Andersen", "Clark", "Clarke"),
    *("Garcia", "Martinez", "Rodriguez", "Hernandez", "Gonzalez", "Lopez", "Ramirez", "Nguyen", "Tran", "Patel", "Kim"),
    *("Kowalski", "Kovacs", "Schmidt", "Meyer", "Myers", "O'Neil", "O'Brien", "McDonald", "Thompson", "Thomson"),
    *(
        "Phillips",
        "Philips",
        "Reid",
        "Reed",
        "Whitfield",
        "Vandenberg",
        "Yamamoto",
        "Okafor",
        "Mbeki",
        "Haddad",
        "Singh",
    ),
    *(
        "Larsson",
        "Papadopoulos",
        "Fitzgerald",
        "Dubois",
        "Beaumont",
        "Castellanos",
        "Etxeberria",
        "Zielinski",
        "Quigley",
    ),
)
_HOSTS = ("gmail.com", "gmail.com", "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com")
_OWN_HOSTS = ("riverside-dental.com", "brightpath.org", "hillcountry.net")
_AREAS = (512, 737, 210, 214, 303, 415, 646, 718, 305, 206, 312, 404, 602, 702, 619, 832)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINAL = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth",
}  # fmt: skip
_NATO = [
    "alpha",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliet",
    "kilo",
    "lima",
    "mike",
    "november",
    "oscar",
    "papa",
    "quebec",
    "romeo",
    "sierra",
    "tango",
    "uniform",
    "victor",
    "whiskey",
    "x-ray",
    "yankee",
    "zulu",
]
_COMMON = [
    "apple",
    "boy",
    "cat",
    "dog",
    "elephant",
    "frank",
    "george",
    "house",
    "igloo",
    "john",
    "king",
    "love",
    "mary",
    "nancy",
    "orange",
    "peter",
    "queen",
    "robert",
    "sam",
    "tom",
    "umbrella",
    "victor",
    "william",
    "x-ray",
    "yellow",
    "zebra",
]
_SIGNS = {".": "dot", "_": "underscore", "-": "dash"}


class Style(Enum):
    """How somebody spells."""

    PLAIN = "plain letters"
    NATO = "NATO words"
    AS_IN = "b as in boy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One caller and the detail they call with, as it has to be stored."""

    number: int
    part: Part
    truth: str
    given: str = ""
    family: str = ""
    born: date | None = None


def cases(most: int, *, seed: int = 7) -> Iterator[Case]:
    """So many callers, the four details in turn; the same for the same seed."""
    chance = Random(seed)
    for number in range(most):
        part = tuple(Part)[number % len(Part)]
        given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
        match part:
            case Part.NAME:
                yield Case(number=number, part=part, truth=f"{given} {family}", given=given, family=family)
            case Part.PHONE:
                home = f"{chance.choice(_AREAS)}{chance.randint(2, 9)}{chance.randint(0, 99):02}"
                yield Case(number=number, part=part, truth=f"+1{home}{chance.randint(0, 9999):04}")
            case Part.EMAIL:
                address = _address(given, family, chance)
                yield Case(number=number, part=part, truth=address, given=given, family=family)
            case Part.BIRTH_DATE:
                born = date(1940, 1, 1) + timedelta(days=chance.randrange(24_000))
                yield Case(number=number, part=part, truth=born.isoformat(), born=born)


def _address(given: str, family: str, chance: Random) -> str:
    one, other = given.lower(), re.sub(r"[^a-z]", "", family.lower())
    year = f"{chance.randint(50, 99)}"
    boxes = (
        *(f"{one}.{other}", f"{one}{other}", f"{one[0]}{other}", f"{one}.{other}{year}", f"{other}.{one}"),
        *(f"{one}{year}", f"{one}_{other}", f"{one}{other}{chance.randint(1, 9)}"),
    )
    box = chance.choice(boxes)
    host = chance.choice(_OWN_HOSTS) if chance.random() < 0.12 else chance.choice(_HOSTS)
    return f"{box}@{host}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Says:
    """Words that the caller says."""

    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Presses:
    """Keys that the caller presses."""

    keys: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Types:
    """What the caller types in, behind the link that was texted."""

    typed: str


Move = Says | Presses | Types


@dataclass(kw_only=True)
class Caller:
    """One patient. `move` tells what they do after what the desk has said; None: their detail is done."""

    case: Case
    chance: Random
    lines: int = 0
    offers: int = 0
    linked: bool = False
    keyed: bool = False
    denied: int = 0
    _spelled: int = field(default=0)

    def move(self, told: str) -> Move | None:
        """What comes next, by what the desk's words are, not by how they sounded."""
        self.lines += 1
        if self.lines > MOST_LINES:
            return None
        if "Is that right" in told:
            return self._checked(told)
        if "text you a link" in told:
            self.offers += 1
            self.linked = self.chance.random() < TAKES_LINK
            return Says(words="Yes please." if self.linked else "No, I would rather say it.")
        if "type it in" in told:
            return Types(typed=self.case.truth)
        if "spell" in told.lower():
            return Says(words=self._spells())
        if "on your keys" in told:
            self.keyed = True
            return Presses(keys=self._letter_keys())
        if "with the keys" in told:
            self.keyed = "once more" not in told or self.chance.random() < 0.5
            return Presses(keys=self._keys()) if self.keyed else Says(words=self.says())
        return Says(words=self.says()) if self._is_asked(told) else None

    def _is_asked(self, told: str) -> bool:
        asked = {
            Part.NAME: ("full name", "your name", "last name"),
            Part.PHONE: ("phone number",),
            Part.EMAIL: ("e-mail your confirmation",),
            Part.BIRTH_DATE: ("date of birth", "was your child born", "were you born"),
        }[self.case.part]
        again = ("catch that", "didn't understand", "say that again")
        return any(one in told for one in (*asked, *again))

    def _checked(self, told: str) -> Move:
        if self._read(told) == self._wanted():
            if "press 1" in told and self.chance.random() < 0.5:
                return Presses(keys="1")
            return Says(
                words=self.chance.choice(("Yes.", "Yes, that's right.", "That's right.", "Correct.", "Yes it is."))
            )
        self.denied += 1
        return Says(words=self._corrects(self._read(told)))

    def _wanted(self) -> str:
        case = self.case
        match case.part:
            case Part.PHONE:
                return as_spoken(case.truth)
            case Part.BIRTH_DATE:
                assert case.born is not None
                return f"{_MONTHS[case.born.month - 1]} {case.born.day}, {case.born.year}"
            case _:
                return case.truth

    @staticmethod
    def _read(told: str) -> str:
        """The detail as it was read back."""
        match = re.search(r"I have (.*?)(?:, that's|\. Is that right)", told)
        return match[1] if match else ""

    def says(self) -> str:
        """The detail, as it is said in answer to the question for it."""
        case, chance = self.case, self.chance
        match case.part:
            case Part.NAME:
                return chance.choice(
                    (f"My name is {case.truth}.", f"{case.truth}.", f"It's {case.truth}.", f"This is {case.truth}.")
                )
            case Part.PHONE:
                lead = chance.choice(("", "", "It's ", "My number is "))
                return lead + _grouped(case.truth[2:], oh=chance.random() < 0.4) + "."
            case Part.EMAIL:
                return chance.choice(("", "It's ")) + _mail_said(case.truth) + "."
            case Part.BIRTH_DATE:
                assert case.born is not None
                return _date_said(case.born, chance) + "."

    def _spells(self) -> str:
        """Letters the first time in the caller's own style, then with words, as they are asked to."""
        style = (
            self.chance.choice(tuple(Style)) if self._spelled == 0 else self.chance.choice((Style.NATO, Style.AS_IN))
        )
        self._spelled += 1
        if self.case.part is Part.NAME:
            return f"{_spelled(self.case.given, style)}. {_spelled(self.case.family, style)}."
        box, _, host = self.case.truth.partition("@")
        known = host in _HOSTS
        end = _host_said(host) if known else f"{_spelled(host.partition('.')[0], style)}, dot {host.partition('.')[2]}"
        return f"{_spelled(box, style)}, at {end}."

    def _keys(self) -> str:
        if self.case.born is not None:
            return f"{self.case.born:%m%d%Y}#"
        return f"{self.case.truth[2:]}#"

    def _letter_keys(self) -> str:
        if self.case.part is Part.NAME:
            return f"{keys_of_name(self.case.given.lower())}*{keys_of_name(self.case.family.lower())}#"
        return f"{keys_of(self.case.truth.partition('@')[0])}#"

    def _corrects(self, read: str) -> str:
        case, chance = self.case, self.chance
        match case.part:
            case Part.PHONE:
                return self._corrects_phone(read)
            case Part.NAME:
                given, _, family = read.partition(" ")
                style = chance.choice(tuple(Style))
                if given == case.given:
                    return f"No, the last name is {_spelled(case.family, style)}."
                if family == case.family:
                    return f"No, the first name is {_spelled(case.given, style)}."
                return f"No. {_spelled(case.given, style)}. {_spelled(case.family, style)}."
            case Part.EMAIL:
                box, _, host = case.truth.partition("@")
                if read.partition("@")[0] == box:
                    return f"No, it's at {_host_said(host)}."
                return f"No. It's {self._spells()}"
            case Part.BIRTH_DATE:
                return self._corrects_date(read)

    def _corrects_phone(self, read: str) -> str:
        heard, home = re.sub(r"\D", "", read), self.case.truth[2:]
        if len(heard) == 10 and heard[:8] == home[:8] and self.chance.random() < 0.7:
            return f"No, it ends in {_grouped(home[8:])}."
        if len(heard) == 10 and heard[:6] == home[:6] and self.chance.random() < 0.7:
            return f"No, the last four are {_grouped(home[6:])}."
        if len(heard) == 10 and heard[3:] == home[3:] and self.chance.random() < 0.7:
            return f"No, the area code is {_grouped(home[:3])}."
        return f"No. It's {_grouped(home)}."

    def _corrects_date(self, read: str) -> str:
        born = self.case.born
        assert born is not None
        month, day, year = _MONTHS[born.month - 1], str(born.day), str(born.year)
        wrong = [word for word in (month, day, year) if word not in re.findall(r"\w+", read)]
        if wrong == [year]:
            return f"No, the year is {_year_said(born.year)}."
        if wrong == [day]:
            return f"No, {month} {_ordinal(born.day)}."
        return f"No. {month} {_ordinal(born.day)}, {_year_said(born.year)}."


def _grouped(figures: str, *, oh: bool = False) -> str:
    """ "five one two, five five five, zero one four seven"."""
    said = ["oh" if oh and figure == "0" else _DIGITS[int(figure)] for figure in figures]
    groups = [said[:3], said[3:6], said[6:]] if len(said) == 10 else [said]
    return ", ".join(" ".join(group) for group in groups)


def _two(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return _TEENS[number - 10]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]} {_DIGITS[ones]}" if ones else _TENS[tens]


def _ordinal(number: int) -> str:
    *most, last = _two(number).split()
    return " ".join((*most, _ORDINAL.get(last, f"{last}th")))


def _year_said(year: int) -> str:
    century, rest = divmod(year, 100)
    if century == 20:
        return f"two thousand {_two(rest)}" if rest else "two thousand"
    return f"{_two(century)} {f'oh {_DIGITS[rest]}' if 0 < rest < 10 else _two(rest) if rest else 'hundred'}"


def _date_said(born: date, chance: Random) -> str:
    month, day, year = _MONTHS[born.month - 1], _ordinal(born.day), _year_said(born.year)
    ways = (
        *(f"{month} {day}, {year}", f"{month} {day}, {year}", f"The {day} of {month}, {year}"),
        *(f"{_two(born.month)}, {_two(born.day)}, {year}", f"My birthday is {month} {day}, {year}"),
    )
    return chance.choice(ways)


def _host_said(host: str) -> str:
    name = "A O L" if host.startswith("aol") else host.partition(".")[0].replace("-", " dash ")
    return f"{name} dot {host.partition('.')[2]}"


def _mail_said(address: str) -> str:
    box, _, host = address.partition("@")
    said = [
        _SIGNS.get(part) or (_two(int(part)) if part.isdigit() else part)
        for part in re.findall(r"[a-z]+|\d+|[._-]", box)
    ]
    return f"{' '.join(said)} at {_host_said(host)}"


def _spelled(word: str, style: Style) -> str:
    said = []
    for sign in word.lower():
        if sign in _SIGNS:
            said.append(_SIGNS[sign])
        elif sign.isdigit():
            said.append(_DIGITS[int(sign)])
        elif sign.isalpha():
            said.append(_letter(sign, style))
    return ", ".join(said)


def _letter(letter: str, style: Style) -> str:
    at = ord(letter) - ord("a")
    if style is Style.NATO:
        return _NATO[at]
    return f"{letter.upper()} as in {_COMMON[at]}" if style is Style.AS_IN else letter.upper()


def share(right: int, of: int) -> tuple[float, float, float]:
    """A share and the bounds of its 95 % interval, by Wilson's score; (0, 0, 1) of none.

    Source: E. B. Wilson, Probable inference, Journal of the American Statistical Association 22 (1927).
    """
    if of == 0:
        return 0.0, 0.0, 1.0
    z, rate = 1.96, right / of
    middle = (rate + z * z / (2 * of)) / (1 + z * z / of)
    half = z * ((rate * (1 - rate) / of + z * z / (4 * of * of)) ** 0.5) / (1 + z * z / of)
    return rate, max(0.0, middle - half), min(1.0, middle + half)


def preamble(case: Case) -> Sequence[str]:
    """What was settled before the detail is asked for; by words, so that each call is about its detail."""
    booking = ("I'd like to book a Botox consultation", "First time", "Thursday afternoon", "the first one")
    match case.part:
        case Part.NAME:
            return booking
        case Part.PHONE:
            return (*booking, "Maria Lopez", "yes")
        case Part.EMAIL:
            return (*booking, f"{case.given} {case.family}, and yes, it is", "yes")
        case Part.BIRTH_DATE:
            return ("I'd like to book a Botox consultation for my daughter", "First time")
