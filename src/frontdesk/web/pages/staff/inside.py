"""A page behind sign-in: its frame, the links that this visitor may follow, and the words it is written in."""

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import Response

from frontdesk.compliance.roles import Do, Field
from frontdesk.web.access import Visitor
from frontdesk.web.catalogue import LANGUAGES, Words, best_language, words_in
from frontdesk.web.rendering import page

LINKS = (
    ("/inbox", "desk.nav.inbox", Field.CONVERSATION),
    ("/calendar", "desk.nav.calendar", Field.CALENDAR),
    ("/patients", "desk.nav.patients", Field.CONTACT),
    ("/waiting", "desk.nav.waiting", Field.CALENDAR),
    ("/running", "desk.nav.running", Field.TASKS),
    ("/outcomes", "desk.nav.outcomes", Field.CALENDAR),
    ("/people", "desk.nav.people", Field.PEOPLE),
    ("/leave", "desk.nav.leave", Field.GRANTS),
)


def words_of(request: Request) -> Words:
    """The words in the language that the browser asks for, where we have it."""
    return words_in(best_language(request.headers.get("accept-language", ""), LANGUAGES))


def inside(
    request: Request, template: str, visitor: Visitor, here: str, facts: Mapping[str, object], *, status: int = 200
) -> Response:
    """A page behind sign-in, with the links that this visitor may follow."""
    words = words_of(request)
    allowed = [(address, words(name)) for address, name, field in LINKS if visitor.may(Do.SEE, field)]
    links = [("", words("desk.nav.today")), *allowed, ("/account", words("desk.nav.account"))]
    return page(
        template,
        {"visitor": visitor, "links": links, "here": here, "words": words, "base": base_of(visitor), **facts},
        status=status,
    )


def part(request: Request, template: str, visitor: Visitor, facts: Mapping[str, object]) -> Response:
    """A part of a page, for the page that is open."""
    return page(template, {"visitor": visitor, "words": words_of(request), "base": base_of(visitor), **facts})


def base_of(visitor: Visitor) -> str:
    """What the addresses of the practice's own pages begin with."""
    return f"/desk/{visitor.practice.key}"
