"""Appointment requests: what a patient asks for on the booking page, and what the clinician says to it."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from frontdesk.systems.simplepractice.simulator_practice import Practice
from frontdesk.systems.simplepractice.simulator_rows import Row, existing, number, numbers, text, yes

EXPIRES_AFTER = timedelta(hours=72)
"""Documented [marketplace-72-hours]: how long a request from Therapy Finder or the Optum portal is open."""


class CameFrom(Enum):
    """Where a request was made."""

    BOOKING_PAGE = "booking page"
    THERAPY_FINDER = "Therapy Finder"
    OPTUM = "Optum"


class Word(Enum):
    """What became of a request. Documented [request-words]. Guess [expired-is-archived]."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ARCHIVED = "archived"


class Books(Protocol):
    """Puts an appointment into the calendar and gives its number."""

    def __call__(self, *, client: int, clinician: int, service: int, office: int, at: datetime | str) -> int:
        """The number of the new appointment."""
        ...


class Requests:
    """The requests page. Documented [requests-await-approval]: nothing is booked before somebody accepts it.

    Guess [requests-not-in-feed]: until then it is in no feed, and its time can be taken by others.
    """

    def __init__(self, practice: Practice, book: Books) -> None:
        self._practice = practice
        self._book = book

    def ask(
        self,
        first: str,
        last: str,
        *,
        clinician: int,
        service: int,
        office: int,
        at: datetime | str,
        client: int = 0,
        came_from: CameFrom = CameFrom.BOOKING_PAGE,
    ) -> int:
        """The number of a new request. Documented [prospective]: with no `client` one is made, as Prospective.

        Guess [online-services-alone]: only what the booking page lists. Raises: ValueError, LookupError.
        """
        offered = existing(self._practice.services, service, "service")
        existing(self._practice.clinicians, clinician, "clinician")
        existing(self._practice.offices, office, "office")
        if not yes(offered, "online") or clinician not in numbers(offered, "clinicians"):
            raise ValueError(f"service {service} is not open for online booking with clinician {clinician}")
        if client:
            existing(self._practice.clients, client, "client")
        else:
            row: Row = {"first": first, "last": last, "clinician": clinician, "phone": "", "email": ""}
            client = number(self._practice.clients.add({**row, "status": "prospective"}), "id")
        start = datetime.fromisoformat(at) if isinstance(at, str) else at
        made = self._practice.requests.add(
            {
                "client": client,
                "clinician": clinician,
                "service": service,
                "office": office,
                "at": start.isoformat(),
                "came_from": came_from.value,
                "made": self._practice.now().isoformat(),
                "word": Word.PENDING.value,
            }
        )
        self._practice.write()
        return number(made, "id")

    def word_of(self, request: int) -> Word:
        """What became of a request by now."""
        row = existing(self._practice.requests, request, "request")
        word = Word(text(row, "word"))
        open_for = self._practice.now() - datetime.fromisoformat(text(row, "made"))
        expires = CameFrom(text(row, "came_from")) is not CameFrom.BOOKING_PAGE
        return Word.ARCHIVED if word is Word.PENDING and expires and open_for > EXPIRES_AFTER else word

    def pending(self) -> list[Row]:
        """The requests that wait for an answer."""
        return [row for row in self._practice.requests if self.word_of(number(row, "id")) is Word.PENDING]

    def accept(self, request: int) -> int:
        """The number of the appointment that a request becomes. Guess [accepted-is-active]: the client is active then.

        Raises: ValueError for one that waits no more.
        """
        row = self._waiting(request)
        self._practice.clients.change(number(row, "client"), {"status": "active"})
        self._practice.requests.change(request, {"word": Word.ACCEPTED.value})
        return self._book(
            client=number(row, "client"),
            clinician=number(row, "clinician"),
            service=number(row, "service"),
            office=number(row, "office"),
            at=text(row, "at"),
        )

    def decline(self, request: int) -> None:
        """Say no to a request. Raises: ValueError for one that waits no more."""
        self._end(request, Word.DECLINED)

    def archive(self, request: int) -> None:
        """Put a request away unanswered. Raises: ValueError for one that waits no more."""
        self._end(request, Word.ARCHIVED)

    def _end(self, request: int, word: Word) -> None:
        self._waiting(request)
        self._practice.requests.change(request, {"word": word.value})
        self._practice.write()

    def _waiting(self, request: int) -> Row:
        word = self.word_of(request)
        if word is not Word.PENDING:
            raise ValueError(f"request {request} is {word.value}, and waits no more")
        return existing(self._practice.requests, request, "request")
