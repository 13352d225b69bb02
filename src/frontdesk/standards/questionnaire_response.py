"""The answers to a form as a FHIR R4 QuestionnaireResponse, and read back from one.

Sources: http://hl7.org/fhir/R4/questionnaireresponse.html; the signature by
http://hl7.org/fhir/R4/extension-questionnaireresponse-signature.html, its type by ASTM E1762 as in
http://hl7.org/fhir/R4/valueset-signature-type.html.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from uuid import UUID

from frontdesk.domain.questionnaire import Answers, Attached, Coded, Item, Kind, Questionnaire, Signed, Value
from frontdesk.standards.fhir import Resource
from frontdesk.standards.questionnaire_parts import FHIR, Json, extensions_of, text_of

SIGNATURE = f"{FHIR}/questionnaireresponse-signature"
SIGNED_WORDS = "urn:frontdesk:signed-words"
"""Our own extension beside a signature: the words that were signed, their version and language."""
CONSENT_SIGNATURE = {
    "system": "urn:iso-astm:E1762-95:2013",
    "code": "1.2.840.10065.1.12.1.7",
    "display": "Consent Signature",
}


class Status(Enum):
    """FHIR's questionnaire-answers-status, as far as a form of ours comes to."""

    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


def response_of(
    questionnaire: Questionnaire,
    answers: Answers,
    *,
    id: UUID,
    patient: UUID,
    status: Status,
    language: str,
    authored: datetime,
) -> Resource:
    """The resource. `authored` is the UTC instant at which the answers were last changed."""
    who = f"urn:uuid:{patient}"
    resource: Resource = {
        "resourceType": "QuestionnaireResponse",
        "id": str(id),
        "language": language,
        "questionnaire": questionnaire.canonical,
        "status": status.value,
        "subject": {"reference": who},
        "authored": authored.isoformat(),
        "source": {"reference": who},
    }
    if items := list(_items(questionnaire, questionnaire.items, answers, language, who)):
        resource["item"] = items
    return resource


def answers_in(resource: Json, questionnaire: Questionnaire) -> dict[str, tuple[Value, ...]]:
    """The answers to what the form asks now; what it asked once and asks no more is left out."""
    found: dict[str, tuple[Value, ...]] = {}
    for written in every_item(resource):
        item = questionnaire.item(text_of(written, "linkId"))
        if item is not None and item.is_question and (given := values_in(written)):
            fitting = tuple(one for one in given if _fits(item, one))
            if fitting:
                found[item.link_id] = fitting
    return found


def every_item(resource: Json) -> Iterator[Json]:
    """The items of a response, and those in them, in order."""
    items = resource.get("item")
    for one in items if isinstance(items, list) else []:
        if isinstance(one, Mapping):
            yield one
            yield from every_item(one)


def values_in(written: Json) -> tuple[Value, ...]:
    """The answers of one item of a response."""
    listed = written.get("answer")
    given = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    if (signed := _signed(written, given)) is not None:
        return (signed,)
    return tuple(value for one in given if (value := _value(one)) is not None)


def _items(
    questionnaire: Questionnaire, items: Iterable[Item], answers: Answers, language: str, who: str
) -> Iterator[Resource]:
    for item in items:
        given = answers.get(item.link_id, ())
        inner = list(_items(questionnaire, item.items, answers, language, who))
        if not given and not inner:
            continue
        written: Resource = {"linkId": item.link_id}
        if item.definition:
            written["definition"] = f"{FHIR}/{item.definition.partition('.')[0]}#{item.definition}"
        if text := questionnaire.text(item.texts, language):
            written["text"] = text
        if given and isinstance(given[0], Signed):
            written["extension"] = list(_signature(given[0], who))
        if given:
            written["answer"] = [_written(item, questionnaire, one, language) for one in given]
        if inner:
            written["item"] = inner
        yield written


def _written(item: Item, questionnaire: Questionnaire, value: Value, language: str) -> Resource:
    match value:
        case bool():
            return {"valueBoolean": value}
        case int():
            return {"valueInteger": value}
        case str():
            return {"valueString": value}
        case date():
            return {"valueDate": value.isoformat()}
        case Coded():
            option = next((one for one in item.options if one.value == value), None)
            display = questionnaire.text(option.texts, language) if option else value.display
            coding = {"system": value.system, "code": value.code, "display": display}
            return {"valueCoding": {key: said for key, said in coding.items() if said}}
        case Attached():
            return {"valueAttachment": {"contentType": value.kind, "url": f"urn:uuid:{value.id}", "size": value.size}}
        case Signed():
            return {"valueString": value.name}


def _signature(signed: Signed, who: str) -> Iterator[Resource]:
    data = signed.drawn or signed.name.encode()
    yield {
        "url": SIGNATURE,
        "valueSignature": {
            "type": [CONSENT_SIGNATURE],
            "when": signed.when.isoformat(),
            "who": {"reference": who},
            "sigFormat": "image/png" if signed.drawn else "text/plain",
            "data": b64encode(data).decode(),
        },
    }
    yield {
        "url": SIGNED_WORDS,
        "extension": [
            {"url": "words", "valueString": signed.words},
            {"url": "version", "valueString": signed.version},
            {"url": "language", "valueCode": signed.language},
        ],
    }


def _signed(written: Json, given: list[Json]) -> Signed | None:
    beside = {str(one.get("url")): one for one in extensions_of(written)}
    signature, words = beside.get(SIGNATURE, {}).get("valueSignature"), beside.get(SIGNED_WORDS)
    if not isinstance(signature, Mapping) or words is None or not given:
        return None
    parts = {str(one.get("url")): one for one in extensions_of(words)}
    drawn = b64decode(text_of(signature, "data")) if signature.get("sigFormat") == "image/png" else b""
    return Signed(
        name=text_of(given[0], "valueString"),
        when=datetime.fromisoformat(text_of(signature, "when")).astimezone(UTC),
        words=str(parts["words"]["valueString"]),
        version=str(parts["version"]["valueString"]),
        language=str(parts["language"]["valueCode"]),
        drawn=drawn,
    )


def _value(answer: Json) -> Value | None:
    match answer:
        case {"valueBoolean": bool(said)}:
            return said
        case {"valueInteger": int(number)}:
            return number
        case {"valueString": str(words)}:
            return words
        case {"valueDate": str(day)}:
            return date.fromisoformat(day)
        case {"valueCoding": coding} if isinstance(coding, Mapping):
            return Coded(
                code=text_of(coding, "code"), system=text_of(coding, "system"), display=text_of(coding, "display")
            )
        case {"valueAttachment": {"url": str(url), "contentType": str(kind), "size": int(size)}}:
            return Attached(id=UUID(url.removeprefix("urn:uuid:")), kind=kind, size=size)
        case _:
            return None


def _fits(item: Item, value: Value) -> bool:
    """Whether an answer that was kept is still one to this question: forms change while they are filled in."""
    match value:
        case Signed():
            return item.signature
        case bool():
            return item.kind is Kind.BOOLEAN
        case int():
            return item.kind is Kind.INTEGER
        case date():
            return item.kind is Kind.DATE
        case Coded():
            return any(option.value == value for option in item.options)
        case Attached():
            return item.kind is Kind.ATTACHMENT
        case str():
            return not item.signature and item.kind in {Kind.STRING, Kind.TEXT, Kind.OPEN_CHOICE}
