"""A FHIR R4 Questionnaire read with checks: what the desk cannot show to a patient is a fault, with file and linkId.

Sources: http://hl7.org/fhir/R4/questionnaire.html (elements and invariants que-1 to que-13), and the extensions
http://hl7.org/fhir/R4/extension-translation.html, .../extension-questionnaire-signaturerequired.html and
.../extension-questionnaire-optionexclusive.html.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from frontdesk.domain.questionnaire import Coded, EnableWhen, Item, Kind, Operator, Option, Questionnaire, Texts, Value
from frontdesk.standards.document import Fault, did_you_mean
from frontdesk.standards.questionnaire_checks import check_head, check_item, check_whole
from frontdesk.standards.questionnaire_parts import (
    FHIR,
    Json,
    Reading,
    count_of,
    flag_of,
    has_extension,
    list_of,
    text_of,
    texts_of,
    value_of,
)

SIGNATURE_REQUIRED = f"{FHIR}/questionnaire-signatureRequired"
OPTION_EXCLUSIVE = f"{FHIR}/questionnaire-optionExclusive"
SECTION = "questionnaires"
LINK_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
INSTEAD = {
    "decimal": "use integer, or string",
    "time": "use string",
    "dateTime": "use date",
    "url": "use string",
    "reference": "use choice, and list what can be chosen",
    "quantity": "use integer, and name the unit in the text",
    "question": "name the kind of question, such as string or boolean",
}
KNOWN_KEYS = frozenset(
    (
        "id", "linkId", "definition", "code", "prefix", "_prefix", "text", "_text", "type", "enableWhen",
        "enableBehavior", "required", "repeats", "readOnly", "maxLength", "answerOption", "initial", "item",
        "extension", "modifierExtension", "answerValueSet",
    )
)  # fmt: skip
ORDER = (
    "resourceType", "id", "meta", "language", "url", "identifier", "version", "name", "title", "_title", "status",
    "experimental", "date", "publisher", "contact", "description", "purpose", "copyright", "subjectType", "linkId",
    "system", "definition", "code", "prefix", "text", "_text", "type", "enableWhen", "question", "operator",
    "enableBehavior", "required", "repeats", "readOnly", "maxLength", "answerOption", "initial", "extension",
    "valueCoding", "display", "_display", "item",
)  # fmt: skip
"""The order in which FHIR lists them, for files that people read."""


def questionnaire_of(resource: Json, *, name: str, faults: list[Fault]) -> Questionnaire:
    """The form that a resource describes, as far as it can be read. `name`: of its file, which is its id."""
    reading = Reading(place=(SECTION, name), faults=faults)
    check_head(resource, name, reading)
    items = tuple(_item(one, reading) for one in list_of(resource, "item", "", reading))
    language = text_of(resource, "language") or "en"
    questionnaire = Questionnaire(
        id=name,
        url=text_of(resource, "url"),
        version=text_of(resource, "version"),
        language=language,
        titles=texts_of(resource, "title", language),
        items=_with_language(items, language),
        resource=resource,
    )
    check_whole(questionnaire, reading)
    return questionnaire


def in_order(value: object) -> object:
    """A resource with its elements in FHIR's order; others stand at the end."""
    if isinstance(value, list):
        return [in_order(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    place = {key: number for number, key in enumerate(ORDER)}
    return {key: in_order(value[key]) for key in sorted(value, key=lambda key: (place.get(key, len(ORDER)), key))}


def without_translation(questionnaire: Questionnaire, language: str) -> list[str]:
    """The linkIds whose words a patient of that language would read in another; "title" for the form's own name."""
    found = [] if language in questionnaire.titles else ["title"]
    for item in questionnaire.every_item():
        words = (item.texts, *(option.texts for option in item.options))
        if any(texts and language not in texts for texts in words):
            found.append(item.link_id)
    return found


def _item(raw: object, reading: Reading) -> Item:
    if not isinstance(raw, Mapping):
        reading.wrong("", f"found {raw!r} among the items", "wanted an object with linkId, type and text")
        return Item(link_id="", kind=Kind.DISPLAY)
    link_id = text_of(raw, "linkId")
    if not LINK_ID.fullmatch(link_id):
        reading.wrong(link_id or "an item", "the linkId cannot be used", "use letters, digits, - and _, up to 60")
    for key in raw:
        if key not in KNOWN_KEYS:
            wanted = did_you_mean(str(key), tuple(KNOWN_KEYS)) or "see docs/intake.md for what an item may say"
            reading.wrong(link_id, f'"{key}" is not known', wanted)
    kind = _kind(raw, link_id, reading)
    item = Item(
        link_id=link_id,
        kind=kind,
        texts=texts_of(raw, "text", ""),
        prefix=text_of(raw, "prefix"),
        definition=text_of(raw, "definition").rpartition("#")[2],
        required=flag_of(raw, "required", link_id, reading),
        repeats=flag_of(raw, "repeats", link_id, reading),
        read_only=flag_of(raw, "readOnly", link_id, reading),
        max_length=count_of(raw, "maxLength", link_id, reading),
        options=tuple(_options(raw, link_id, reading)),
        initial=tuple(_initial(raw, kind, link_id, reading)),
        enable_when=tuple(_conditions(raw, link_id, reading)),
        enable_any=raw.get("enableBehavior") == "any",
        signature=has_extension(raw, SIGNATURE_REQUIRED),
        items=tuple(_item(one, reading) for one in list_of(raw, "item", link_id, reading)),
    )
    check_item(item, raw, reading)
    return item


def _kind(raw: Json, link_id: str, reading: Reading) -> Kind:
    said = text_of(raw, "type")
    try:
        return Kind(said)
    except ValueError:
        known = ", ".join(kind.value for kind in Kind)
        wanted = INSTEAD.get(said) or did_you_mean(said, tuple(kind.value for kind in Kind)) or f"use one of {known}"
        reading.wrong(link_id, f'the type is "{said}", which cannot be shown' if said else "type is missing", wanted)
        return Kind.STRING


def _options(raw: Json, link_id: str, reading: Reading) -> Iterable[Option]:
    for one in list_of(raw, "answerOption", link_id, reading):
        entry = one if isinstance(one, Mapping) else {}
        coding, plain = entry.get("valueCoding"), entry.get("valueString")
        exclusive = has_extension(entry, OPTION_EXCLUSIVE)
        if isinstance(coding, Mapping) and text_of(coding, "code"):
            texts = texts_of(coding, "display", "") or {"": text_of(coding, "code")}
            value = Coded(code=text_of(coding, "code"), system=text_of(coding, "system"), display=texts.get("", ""))
            yield Option(value=value, texts=texts, exclusive=exclusive)
        elif isinstance(plain, str) and plain:
            texts = texts_of(entry, "valueString", "")
            yield Option(value=Coded(code=plain, display=plain), texts=texts, exclusive=exclusive)
        else:
            reading.wrong(link_id, "an answerOption without a code", "wanted valueCoding with a code and a display")


def _initial(raw: Json, kind: Kind, link_id: str, reading: Reading) -> Iterable[Value]:
    for one in list_of(raw, "initial", link_id, reading):
        value = value_of(one if isinstance(one, Mapping) else {}, "value")
        if value is None or isinstance(value, Coded) or kind not in _TAKES.get(type(value), ()):
            reading.wrong(link_id, f"an initial answer that is no {kind.value}", "wanted valueString, valueDate ...")
        else:
            yield value


def _conditions(raw: Json, link_id: str, reading: Reading) -> Iterable[EnableWhen]:
    for one in list_of(raw, "enableWhen", link_id, reading):
        entry = one if isinstance(one, Mapping) else {}
        answer = value_of(entry, "answer")
        try:
            operator = Operator(text_of(entry, "operator"))
        except ValueError:
            known = " ".join(each.value for each in Operator)
            reading.wrong(link_id, f'enableWhen compares by "{text_of(entry, "operator")}"', f"use one of {known}")
            continue
        if answer is None or (operator is Operator.EXISTS and not isinstance(answer, bool)):
            wanted = "answerBoolean" if operator is Operator.EXISTS else "answerBoolean, answerCoding, answerDate ..."
            reading.wrong(link_id, "enableWhen has no answer to compare with", f"add {wanted}")
            continue
        yield EnableWhen(question=text_of(entry, "question"), operator=operator, answer=answer)


_TAKES: Mapping[type, tuple[Kind, ...]] = {
    bool: (Kind.BOOLEAN,),
    int: (Kind.INTEGER,),
    str: (Kind.STRING, Kind.TEXT),
    date: (Kind.DATE,),
}


def _with_language(items: Iterable[Item], language: str) -> tuple[Item, ...]:
    """The items with what is said in the form's own language under its name."""

    def named(texts: Texts) -> Texts:
        return MappingProxyType({lang or language: text for lang, text in texts.items()})

    return tuple(
        replace(
            item,
            texts=named(item.texts),
            options=tuple(replace(option, texts=named(option.texts)) for option in item.options),
            items=_with_language(item.items, language),
        )
        for item in items
    )
