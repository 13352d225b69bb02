"""Prices that can be set beside one another, in the practice's own words for them."""

import re
from collections.abc import Sequence
from decimal import Decimal

from frontdesk.domain.ids import ServiceId
from frontdesk.domain.practice import Practice, Service
from frontdesk.language.script import folded
from frontdesk.language.vocabulary import LANGUAGES, phrases, words

_SUM = re.compile(r"[^\d$]*\$ ?(\d[\d,]*(?:\.\d+)?)([^;.,(]*)")
_UNIT = re.compile(r"(?<!\w)(?:per|an?|each|por|la|el|cada)\s+(\w+)")

MOST_COMPARED = 3
_AMOUNT = re.compile(r"^(?:from |desde )?\$(?P<amount>\d+(?:\.\d\d)?)(?P<of>[^;,.]*)")
_FREE = re.compile(r"^(?:free|gratis)\b")


def cheapest_first(among: Sequence[Service]) -> list[Service]:
    """Those whose price is that of a visit, the lowest first; what is priced by the unit or free is left out."""
    priced = [(price, place) for place, one in enumerate(among) if (price := _of_a_visit(one)) is not None]
    return [among[place] for _, place in sorted(priced)]


def cheapest(services: Sequence[ServiceId], practice: Practice) -> ServiceId | None:
    """The one that costs least; None where two cost the same, or a price is of another thing: "a unit"."""
    prices: list[tuple[float, ServiceId]] = []
    of: set[str] = set()
    for service in services:
        told = folded(practice.service(service).price)
        if _FREE.match(told):
            prices.append((0.0, service))
        elif (match := _AMOUNT.match(told)) is not None:
            prices.append((float(match["amount"]), service))
            of.add(match["of"].strip())
        else:
            return None
    prices.sort(key=lambda one: one[0])
    same = len(prices) > 1 and prices[0][0] == prices[1][0]
    comparable = len(of) <= 1 or (prices and prices[0][0] == 0)
    return prices[0][1] if prices and comparable and not same else None


def named_by(word: str, practice: Practice) -> list[Service]:
    """The services that have that word in a name, also within a word: "facial" in "HydraFacial"."""
    return [
        one
        for one in practice.services
        if one.bookable and any(word in folded(name) for name in (one.name, *one.named_in.values()))
    ]


def asks_more_than(plain: str, told: Sequence[str]) -> bool:
    """Whether a price is asked for in a way that what is told leaves open: "per month", "with a discount"."""
    match = phrases("asks_more_of_price").search(plain)
    if match is None:
        return False
    small = words("small_words") | words("price_small")
    wanted = [word.rstrip("s") for word in re.findall(r"[a-z]{3,}", match.group()) if word not in small]
    return not any(word in folded(text) for word in wanted for text in told)


def prices_told(services: Sequence[Service]) -> list[str]:
    """What they cost, in each language: a question is not always asked in the one that is spoken."""
    return [text for one in services for text in (one.price, *map(one.price_in, LANGUAGES))]


def _of_a_visit(service: Service) -> Decimal | None:
    match = _SUM.match(service.price)
    if match is None:
        return None
    unit = _UNIT.search(folded(match[2]))
    if unit is not None and unit[1] not in words("price_of_a_visit"):
        return None
    return Decimal(match[1].replace(",", ""))
