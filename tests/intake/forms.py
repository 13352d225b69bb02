"""Small forms for the tests: a line says what matters."""

from frontdesk.domain.questionnaire import Coded, EnableWhen, Item, Kind, Operator, Option, Questionnaire, Value


def an_item(id: str, kind: Kind = Kind.STRING, *items: Item, **more: object) -> Item:
    """A required question, unless said otherwise."""
    wanted: dict[str, object] = {"required": kind not in {Kind.GROUP, Kind.DISPLAY}, **more}
    return Item(link_id=id, kind=kind, texts={"en": f"{id}?", "es": f"¿{id}?"}, items=items, **wanted)  # type: ignore[arg-type]


def a_form(*items: Item, version: str = "1") -> Questionnaire:
    return Questionnaire(
        id="form", url="https://x.example.com/form", version=version, language="en", titles={"en": "Form"},
        items=items, resource={},
    )  # fmt: skip


def when(question: str, operator: Operator, answer: bool | int | str | Coded) -> tuple[EnableWhen, ...]:
    return (EnableWhen(question=question, operator=operator, answer=answer),)


def choices(*codes: str, exclusive: str = "") -> tuple[Option, ...]:
    return tuple(Option(value=Coded(code=one), texts={"en": one}, exclusive=one == exclusive) for one in codes)


def said(*values: Value) -> tuple[Value, ...]:
    return values
