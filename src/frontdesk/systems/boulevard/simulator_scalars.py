"""The scalars of Boulevard's schema, each held to its published form in what a caller sends."""

import re
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graphql import (
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    IntValueNode,
    StringValueNode,
    ValueNode,
)

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")
NAIVE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?")
PHONE = re.compile(r"\+[1-9]\d{6,14}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def hold_to_form(schema: GraphQLSchema) -> None:
    """Let every scalar of the schema check what is sent, as a variable or in the document."""
    for name, reads in READS.items():
        scalar = schema.type_map[name]
        if isinstance(scalar, GraphQLScalarType):
            scalar.coerce_input_value = reads
            scalar.coerce_input_literal = _of_literal(reads)


def wall_clock(value: object) -> str:
    """A NaiveDateTime. Documented [naive-times]: a wall clock without an offset; one with a Z is refused."""
    told = _told("NaiveDateTime", value, NAIVE, "2026-08-04T10:30:00, without a zone")
    return _real("NaiveDateTime", told, datetime.fromisoformat)


def _date(value: object) -> str:
    """Documented [dates]: YYYY-MM-DD."""
    return _real("Date", _told("Date", value, DATE, "YYYY-MM-DD"), date.fromisoformat)


def _moment(value: object) -> str:
    """Documented [times-with-zone]: a DateTime is a full ISO 8601 time; Guess [offset-needed]: its offset is sent."""
    return _real("DateTime", _told("DateTime", value, MOMENT, "2026-08-04T16:30:00Z"), datetime.fromisoformat)


def _phone(value: object) -> str:
    """Documented [phone-form]: E.164."""
    return _told("PhoneNumber", value, PHONE, "E.164, like +13035550142")


def _email(value: object) -> str:
    """Documented [email-form]: an addr-spec of RFC 5322; only its rough shape is looked at."""
    return _told("Email", value, EMAIL, "an address like riley@example.com")


def _zone(value: object) -> str:
    """Documented [zone-names]: a name of the tz database."""
    if isinstance(value, str):
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, IsADirectoryError):
            pass
    raise GraphQLError("Expected type Tz, found something that is no name in the tz database.")


def _query(value: object) -> str:
    if isinstance(value, str):
        return value
    raise GraphQLError("Expected type QueryString, found something that is no text.")


def _money(value: object) -> int:
    """Documented [money-in-cents]: a whole number of the smallest unit."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise GraphQLError("Expected type Money, found something that is no whole number of cents.")


def _told(name: str, value: object, form: re.Pattern[str], wanted: str) -> str:
    if isinstance(value, str) and form.fullmatch(value):
        return value
    raise GraphQLError(f"Expected type {name}, written as {wanted}.")


def _real(name: str, value: str, reads: Callable[[str], object]) -> str:
    try:
        reads(value)
    except ValueError:
        raise GraphQLError(f"Expected type {name}, found what is in no calendar.") from None
    return value


def _of_literal(reads: Callable[[object], object]) -> Callable[[ValueNode], object]:
    def literal(node: ValueNode) -> object:
        match node:
            case StringValueNode(value=value):
                return reads(value)
            case IntValueNode(value=value):
                return reads(int(value))
            case _:
                return reads(None)

    return literal


READS: dict[str, Callable[[object], object]] = {
    "Date": _date,
    "DateTime": _moment,
    "NaiveDateTime": wall_clock,
    "PhoneNumber": _phone,
    "Email": _email,
    "Tz": _zone,
    "QueryString": _query,
    "Money": _money,
}
