"""The parts of FHIR's JSON that a form is made of: texts with their translations, extensions, values, faults."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from frontdesk.domain.questionnaire import Coded, Texts
from frontdesk.standards.document import Fault

FHIR = "http://hl7.org/fhir/StructureDefinition"
TRANSLATION = f"{FHIR}/translation"

Json = Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A questionnaire being read: where it stands, and the faults found so far."""

    place: tuple[str, ...]
    faults: list[Fault]

    def wrong(self, at: str, found: str, wanted: str) -> None:
        """Keep a fault of the item of that linkId, or of the form where it is ""."""
        place = (*self.place, at) if at else self.place
        self.faults.append(Fault(place=place, found=found, wanted=wanted))


def value_of(entry: Json, begins: str) -> bool | int | str | date | Coded | None:
    """FHIR's value[x] or answer[x], of the types that we ask for."""
    match entry:
        case {**found} if isinstance(said := found.get(f"{begins}Boolean"), bool):
            return said
        case {**found} if isinstance(number := found.get(f"{begins}Integer"), int) and not isinstance(number, bool):
            return number
        case {**found} if isinstance(words := found.get(f"{begins}String"), str) and words:
            return words
        case {**found} if isinstance(coding := found.get(f"{begins}Coding"), Mapping) and text_of(coding, "code"):
            return Coded(
                code=text_of(coding, "code"), system=text_of(coding, "system"), display=text_of(coding, "display")
            )
        case {**found} if isinstance(day := found.get(f"{begins}Date"), str):
            try:
                return date.fromisoformat(day)
            except ValueError:
                return None
        case _:
            return None


def texts_of(raw: Json, key: str, language: str) -> Texts:
    """The text of an element and its translations; its own stands under `language`, "" for the form's."""
    texts = {language: text} if (text := text_of(raw, key)) else {}
    beside = raw.get(f"_{key}")
    for extension in extensions_of(beside if isinstance(beside, Mapping) else {}):
        if extension.get("url") == TRANSLATION:
            parts = {str(part.get("url")): part for part in extensions_of(extension)}
            lang, content = parts.get("lang", {}).get("valueCode"), parts.get("content", {}).get("valueString")
            if isinstance(lang, str) and isinstance(content, str):
                texts[lang] = content
    return MappingProxyType(texts)


def has_extension(raw: Json, url: str) -> bool:
    """Whether it has that extension; one that says false is none."""
    return any(one.get("url") == url and one.get("valueBoolean") is not False for one in extensions_of(raw))


def extensions_of(raw: Json) -> list[Json]:
    """Its extensions."""
    listed = raw.get("extension")
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def list_of(raw: Json, key: str, link_id: str, reading: Reading) -> list[object]:
    """A list; [] where there is none, with a fault where it is something else."""
    listed = raw.get(key, [])
    if isinstance(listed, list):
        return listed
    reading.wrong(link_id, f"{key} is no list", "put it in [ ]")
    return []


def text_of(raw: Json, key: str) -> str:
    """A text without space around it; "" where there is none."""
    value = raw.get(key)
    return value.strip() if isinstance(value, str) else ""


def flag_of(raw: Json, key: str, link_id: str, reading: Reading) -> bool:
    """True or false; false where it is not said."""
    value = raw.get(key, False)
    if not isinstance(value, bool):
        reading.wrong(link_id, f"{key} is {value!r}", "wanted true or false, without quotes")
    return value is True


def count_of(raw: Json, key: str, link_id: str, reading: Reading) -> int | None:
    """A whole number above zero; None where it is not said."""
    value = raw.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        reading.wrong(link_id, f"{key} is {value!r}", "wanted a whole number above zero, without quotes")
        return None
    return value
