"""Pure: what a location lets be booked online, and which of its times are ours to offer."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from frontdesk.domain.ids import LocationId
from frontdesk.domain.time import Period
from frontdesk.ports.faults import NotPermitted
from frontdesk.standards.openings import Opening
from frontdesk.systems.boulevard.client import NAME, row_of, rows_of
from frontdesk.systems.boulevard.mapping import Numbers, moment, urn
from frontdesk.wire.foreign import Foreign


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """A service with somebody in particular: the variant's id in this cart, whose it is, and how long it takes."""

    id: str
    staff: str
    length: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """Something that can be chosen in this cart. Without variants the business lets nobody choose who does it."""

    id: str
    name: str
    variants: tuple[Variant, ...]

    def with_staff(self, staff: str) -> Variant | None:
        """With one of the staff."""
        return next((one for one in self.variants if one.staff == staff), None)


def items_of(cart: Foreign) -> list[Item]:
    """The services that a new cart shows as bookable; products, gift cards and disabled ones are left out.

    Raises: Unreadable; NotPermitted (the business wants a card, which no receptionist takes in words).
    """
    features = cart.fields.get("features")
    if isinstance(features, dict) and features.get("paymentInfoRequired") is True:
        raise NotPermitted(
            f"{NAME} wants a card for every online booking of this business, and the assistant takes none. Switch that "
            "off in its settings for online booking, or book by hand."
        )
    found: list[Item] = []
    for category in rows_of(cart.fields.get("availableCategories") or [], "category"):
        for row in rows_of(category.fields.get("availableItems") or [], "item"):
            if "staffVariants" in row.fields and not row.yes("disabled"):
                variants = tuple(map(_variant, rows_of(row.fields["staffVariants"] or [], row.row)))
                found.append(Item(id=row.text("id"), name=row.text("name"), variants=variants))
    return found


def item_named(items: Iterable[Item], name: str) -> Item | None:
    """The item of a service, by the service's name: an item's id says nothing of it. None: it is not online there.

    Raises: NotPermitted (several bear the name, or nobody can be chosen for it).
    """
    fitting = [one for one in {one.id: one for one in items}.values() if _plain(one.name) == _plain(name)]
    if len(fitting) > 1:
        raise NotPermitted(f'{NAME} shows {len(fitting)} services named "{name}" online. Give each a name of its own.')
    if fitting and not fitting[0].variants:
        raise NotPermitted(
            f'{NAME} lets nobody be chosen for "{name}" online, so it cannot be told who will do it. '
            "Let patients choose whom they see, in its settings for online booking."
        )
    return fitting[0] if fitting else None


def openings(
    times: Mapping[tuple[date, str], Sequence[Foreign]],
    item: Item,
    *,
    location: LocationId,
    numbers: Numbers,
) -> Iterator[Opening]:
    """The times of each variant, as long as that variant takes. Of two that one id stands for, neither is there.

    Raises: Unreadable (a time without an offset).
    """
    known = {one.id: one for one in item.variants}
    for (_, variant), rows in times.items():
        practitioner = numbers.practitioner_of(known[variant].staff)
        if practitioner is None:
            continue
        for start in told_apart(rows).values():
            during = Period(start=start, end=start + known[variant].length)
            yield Opening(practitioner=practitioner, location=location, during=during)


def told_apart(rows: Sequence[Foreign], *, id: str = "id") -> dict[str, datetime]:
    """When each time begins, by its id, without those that share one. Raises: Unreadable."""
    begins = {(row.text(id), moment(row, "startTime")) for row in rows}
    often = Counter(one for one, _ in begins)
    return {one: start for one, start in begins if often[one] == 1}


def time_at(rows: Sequence[Foreign], start: datetime, *, id: str = "id") -> str | None:
    """The id of the time that begins then, in the field of that name; None where there is none."""
    return next((one for one, begins in told_apart(rows, id=id).items() if begins == start), None)


def _variant(row: Foreign) -> Variant:
    staff = row_of(row.fields.get("staff"), "staff member")
    return Variant(
        id=row.text("id"),
        staff=urn("Staff", staff.text("id")),
        length=timedelta(minutes=row.integer("duration")),
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
