"""What simulated patients call about: their answers by what they are asked, and what has to be so afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from frontdesk.domain.appointment import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """The visit that has to stand, or be cancelled, in the end. `days` are those that may be offered and taken."""

    service: str
    given: str
    family: str
    days: tuple[date, ...] = ()
    status: Status = Status.BOOKED


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """One call. `says`: what part of the desk's words is answered how, the first that fits; None hangs up.

    `told` has to be among the desk's words, `task`: a person has to be told, urgently or not.
    """

    id: str
    says: tuple[tuple[str, str | None], ...]
    visit: Visit | None = None
    told: str = ""
    task: Mapping[str, bool] = field(default_factory=dict)


_HELP, _AGAIN = "How can I help", "catch that"
_THURSDAY, _THIRD, _TENTH = date(2026, 5, 28), date(2026, 6, 3), date(2026, 6, 10)


def _booking(
    id: str, opening: str, first: str, which: str, name: str, visit: Visit, *, then: tuple[tuple[str, str | None], ...]
) -> Script:
    says = (
        *then,
        (_HELP, opening),
        ("Have you been", first),
        ("days or times", opening),
        ("Which works better", which),
        ("Which one would you like", which),
        ("is this the best number", f"My name is {name}, and yes, it is."),
        ("best phone number", "Yes, this number."),
        ("last name", name.split()[-1]),
        ("full name", f"My name is {name}."),
        ("Is that right", "Yes, that's right."),
        ("e-mail", "No e-mail, thank you."),
        ("Shall I book it", "Yes please."),
    )
    return Script(id=id, says=says, visit=visit)


SCRIPTS = (
    _booking(
        "books-botox",
        "Hi, I'd like to book a Botox consultation on Thursday afternoon.",
        "No, it's my first time.",
        "The second one please.",
        "Maria Lopez",
        Visit(service="botox-consultation", given="Maria", family="Lopez", days=(_THURSDAY,)),
        then=(("You're booked", None),),
    ),
    _booking(
        "books-laser",
        "Hello, I need an appointment for laser hair removal next Monday.",
        "It is my first visit.",
        "The first one is good.",
        "Laura Miller",
        Visit(service="laser-hair-removal", given="Laura", family="Miller", days=(_THIRD, _TENTH)),
        then=(("You're booked", None),),
    ),
    _booking(
        "books-and-cancels",
        "I'd like to book a Botox consultation on Thursday.",
        "No, I have never been there.",
        "The first one.",
        "Anna Baker",
        Visit(service="botox-consultation", given="Anna", family="Baker", status=Status.CANCELLED),
        then=(
            ("You're booked", "Oh, I am sorry. Please cancel my visit."),
            ("is cancelled", None),
            ("cancel", "Yes, cancel it."),
        ),
    ),
    Script(
        id="asks-parking",
        says=((_AGAIN, "Do you have parking?"), (_HELP, "Do you have parking?")),
        told="Parking is free",
    ),
    Script(
        id="wants-a-person",
        says=((_AGAIN, "A person, please."), (_HELP, "Can I talk to a person please?")),
        told="a person will get back to you",
        task={"urgent": False},
    ),
    Script(
        id="is-in-danger",
        says=((_HELP, "I can't breathe and my throat is swelling."), (_AGAIN, "I can not breathe.")),
        told="911",
        task={"urgent": True},
    ),
)
