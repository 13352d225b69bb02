"""What a line of `frontdesk understand` tells beside the text: what speech heard, and what the chart knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from frontdesk.cli.json_lines import Unreadable
from frontdesk.dialogue.state import Known
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.language.details.reading import Detail

DETAILS = {detail.value.replace(" ", "_"): detail for detail in Detail}
KEYS = frozenset({"alternatives", "earlier", "caller", "known", "charts", "detail", "region"})
_TEXTS = ("given", "family", "phone", "email")


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """All of it; what a line leaves out is empty."""

    alternatives: tuple[str, ...]
    earlier: tuple[tuple[str, ...], ...]
    caller: str | None
    known: Known
    charts: tuple[Patient, ...]
    detail: Detail | None
    region: str


def beside(given: Mapping[str, object]) -> Beside:
    """What a line tells beside its text. Raises: Unreadable."""
    return Beside(
        alternatives=_texts(given.get("alternatives", []), "alternatives"),
        earlier=tuple(_texts([one] if isinstance(one, str) else one, "earlier") for one in _list(given, "earlier")),
        caller=_text(given, "caller"),
        known=_known(given.get("known", {})),
        charts=tuple(_chart(one, place) for place, one in enumerate(_list(given, "charts"))),
        detail=_detail(given.get("detail")),
        region=_text(given, "region") or "US",
    )


def _list(given: Mapping[str, object], name: str) -> list[object]:
    value = given.get(name, [])
    if not isinstance(value, list):
        raise Unreadable(f'"{name}" is {value!r}; it is a list')
    return value


def _texts(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Unreadable(f'"{name}" holds {value!r}; it is a list of texts, the likeliest first')
    return tuple(value)


def _text(given: Mapping[str, object], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f'"{name}" is {value!r}; write it in quotes')
    return value


def _person(value: object, name: str) -> tuple[dict[str, str | None], date | None]:
    if not isinstance(value, dict) or (strange := set(value) - {*_TEXTS, "birth_date"}):
        told = f"{', '.join(sorted(strange))} is not known there" if isinstance(value, dict) else f"it is {value!r}"
        raise Unreadable(f'"{name}" has given, family, phone, email and birth_date, each where it is known; {told}')
    texts = {key: _text(value, key) for key in _TEXTS}
    born = _text(value, "birth_date")
    try:
        return texts, date.fromisoformat(born) if born else None
    except ValueError:
        raise Unreadable(f'"birth_date" is {born!r}; write it as 1984-03-03') from None


def _known(value: object) -> Known:
    texts, born = _person(value, "known")
    return Known(
        given=texts["given"], family=texts["family"], phone=texts["phone"], email=texts["email"], birth_date=born
    )


def _chart(value: object, place: int) -> Patient:
    texts, born = _person(value, "charts")
    return Patient(
        id=PatientId(UUID(int=place)),
        given=texts["given"] or "",
        family=texts["family"] or "",
        phone=texts["phone"],
        email=texts["email"],
        birth_date=born,
    )


def _detail(name: object) -> Detail | None:
    if name is None:
        return None
    detail = DETAILS.get(name.replace(" ", "_")) if isinstance(name, str) else None
    if detail is None:
        raise Unreadable(f'"detail" is {name!r}; it is one of {", ".join(sorted(DETAILS))}')
    return detail
