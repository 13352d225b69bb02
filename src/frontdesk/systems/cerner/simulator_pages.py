"""Searches page by page, under addresses that only the server makes."""

from dataclasses import replace

from frontdesk.standards.simulating.fhir_pages import Pages, searchset
from frontdesk.standards.simulating.fhir_values import Resource, reference_to
from frontdesk.standards.simulating.http import Request, decoded
from frontdesk.standards.simulating.refusals import guess
from frontdesk.systems.cerner.simulator_calls import Asked, Call, Listed


def turned(pages: Pages, call: Call, request: Request) -> tuple[str, Request]:
    """The page a request turns to, "" for the first, and the request with the search it belongs to.

    Raises: Refusal for an address that was put together.
    """
    given = dict(one.partition("=")[::2] for one in request.query.split("&") if one)
    if call.method != "GET" or call.single or "-pageContext" not in given:
        return "", request
    place = decoded(given["-pageContext"])
    kind, _, search = (pages.query_of(place) or "").partition("?")
    directed = given.get("-pageDirection") in ("NEXT", "PREVIOUS")
    if set(given) != {"-pageContext", "-pageDirection"} or not directed or kind != call.type:
        raise guess("page-context", 400, "-pageContext: follow the links as they come")
    return place, replace(request, query=search)


def bundle(pages: Pages, call: Call, asked: Asked, request: Request, place: str, listed: Listed, base: str) -> Resource:
    """One page. Documented [paging]: `next` holds -pageContext and -pageDirection=NEXT.

    Guess [previous-page]: `previous` is its like. Documented [page-again]: what changed comes again.
    """
    size = asked.search.number("_count", call.usual)
    # Documented [count-not-honoured]: what is asked for by id, or by a patient's identifier, is never cut.
    if "_id" in asked.search or (call.type == "Patient" and "identifier" in asked.search):
        size = max(len(listed.matches), 1)
    if place:
        page = pages.turn(place, listed.matches, size=size)
    else:
        page = pages.first(listed.matches, size=size, query=f"{call.type}?{request.query}")
    links = {"self": f"{base}/{call.type}?{request.query}"}
    for relation, direction, other in (("next", "NEXT", page.after), ("previous", "PREVIOUS", page.before)):
        if other:
            links[relation] = f"{base}/{call.type}?-pageContext={other}&-pageDirection={direction}"
    included = {reference_to(one): one for one in listed.included(page.matches)}
    return searchset(page.matches, base=base, links=links, included=list(included.values()))
