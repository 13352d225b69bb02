"""Whether what a receptionist says is so: every claim, time, price and name in a reply against the facts."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from frontdesk.domain.practice import Practice
from frontdesk.proving.clinic.agent import Reply, World
from frontdesk.proving.clinic.moments import on_the_wall
from frontdesk.proving.clinic.spoken import days_in, times_in

_SENTENCE = re.compile(r"(?<!Dr\.)(?<=[.?…])\s+(?=[^a-z])|\n+")
"""An exclamation ("You're booked!") belongs to what comes after it."""
_UNSURE = re.compile(
    r"\?|\b(if|once|when|before|until|after|unless|not|isn't|aren't|never|nothing|no|cannot|can't|would|could|yet|want"
    r"|otherwise|reply|si|cuando|antes|hasta|no|aún|todavía)\b",
    re.IGNORECASE,
)
_BOOKED = re.compile(
    r"\byou('re| are)( now| all)* (booked|set|confirmed|scheduled)|\bi('ve| have) (\w+ )?(booked|scheduled|reserved)"
    r"|^\W*booked\b|\b(is|are|has been|it's|now) (\w+ )?(booked|scheduled)\b"
    r"|\b(está|queda|quedó|ha sido|tiene) (\w+ )?(reservad|agendad)[oa]|^\W*reservad[oa]\b|\bhe reservado",
    re.IGNORECASE,
)
_CANCELLED = re.compile(
    r"\b(is|are|has been|have been|it's|i've|i have|now|^\W*)( \w+)? ?cancell?ed\b|\b(ha sido|está|queda|he) cancelad",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"\b(is|are|has been|have been|it's|i've|i have|now|^\W*)( \w+){0,3} ?(moved|rescheduled)\b"
    r"|\byour (visit|appointment)\b.{0,60}\bis now\b|\b(ha sido|está|queda|he) (movid|cambiad|reprogramad)",
    re.IGNORECASE,
)
_WAITS = re.compile(
    r"\b(you're|you are|i've|i have|now|added|put)(?!.{0,30}\boff\b).{0,30}wait(ing)? ?-?list\b"
    r"|\b(está|he|queda).{0,30}lista de espera",
    re.IGNORECASE,
)
_HANDED = re.compile(
    r"\bi('ve| have) (\w+ )?(told|asked|alerted|notified|passed|handed|forwarded|let|left|sent|given|flagged)\b"
    r".{0,80}\b(team|colleagues?|front desk|staff|clinic|nurse|manager|person|someone|office)\b"
    r"|\b(someone|somebody|a (person|colleague|member|human)|our (team|staff|front desk)"
    r"|the (team|front desk|office|clinic))\b.{0,50}"
    r"\bwill (call|reach|get back|contact|text|answer|reply|be in touch|follow|write|take)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\$\s?(\d[\d,]*(?:\.\d\d)?)")
_WITH = re.compile(r"\b(?:with|con)\s+((?:Dr\.?\s+)?[A-ZÁÉÍÓÚÑ][\w'’-]+)")
_NOT_NAMES = {"us", "our", "your", "the", "a", "you", "me", "it", "smile", "cash", "hsa"}
_MAILED = re.compile(
    r"\b(sent|on its way|emailed|mailed|enviad\w*|envié|en camino)\b.{0,60}?([\w.+-]+@[\w-]+\.[\w.-]*\w)", re.IGNORECASE
)


def makes_claims(replies: list[Reply]) -> bool:
    """Whether a reply says that something has been done, so that it is worth a look at the world."""
    return any(
        claim.search(reply.text)
        for reply in replies
        for claim in (_BOOKED, _CANCELLED, _MOVED, _WAITS, _HANDED, _MAILED)
    )


def untrue_claims(replies: list[Reply], world: World, practice: Practice, *, today: date) -> Iterator[str]:
    """Each claim that the world at that moment does not bear out."""
    standing = {on_the_wall(visit.start) for visit in world.visits if visit.is_booked}
    for sentence in _sentences(replies):
        if _UNSURE.search(sentence):
            continue
        said = [found.at for found in times_in(sentence, today=today) if found.at is not None]
        if _BOOKED.search(sentence) and not any(visit.is_booked for visit in world.visits):
            yield f"says that a visit is booked, and none stands: {_short(sentence)}"
        elif (_BOOKED.search(sentence) or _MOVED.search(sentence)) and said and not standing & set(said):
            yield f"says a visit stands at a time at which none does: {_short(sentence)}"
        elif _BOOKED.search(sentence) and said:
            yield from _wrong_names(sentence, said, world, practice)
        if _CANCELLED.search(sentence) and not any(visit.status == "cancelled" for visit in world.visits):
            yield f"says that a visit is cancelled, and none is: {_short(sentence)}"
        if _WAITS.search(sentence) and not (world.waitlist or world.tasks):
            yield f"says that the patient waits for a time, and nobody would know: {_short(sentence)}"
        if _HANDED.search(sentence) and not world.tasks:
            yield f"says that people will see to it, and no task tells them: {_short(sentence)}"
        for sent in _MAILED.finditer(sentence):
            if sent[2].lower() not in {mail.to.lower() for mail in world.mails}:
                yield f"says that a mail was sent, and none was: {_short(sentence)}"


def untrue_facts(replies: list[Reply], practice: Practice, *, today: date) -> Iterator[str]:
    """Each price, name and date that is not the practice's, or that no calendar has."""
    amounts = practice_amounts(practice)
    people = {person.first_name for person in practice.practitioners}
    people |= {part for person in practice.practitioners for part in person.name.replace(".", "").split()}
    for sentence in _sentences(replies):
        for price in _MONEY.findall(sentence):
            if price.replace(",", "") not in amounts:
                yield f"names a price that the practice does not have: {_short(sentence)}"
        for name in _WITH.findall(sentence):
            plain = name.replace("Dr.", "").replace("Dr", "").strip()
            if plain and plain.lower() not in _NOT_NAMES and plain not in people and "Dr" in name:
                yield f"names a practitioner who does not work there: {_short(sentence)}"
        for day in days_in(sentence, today=today):
            if day.wrong:
                yield f"names a weekday that is not that date's: {_short(sentence)}"


def offered(replies: list[Reply], *, today: date) -> list[datetime]:
    """Times on the practice's wall that the patient is asked to choose from."""
    found: list[datetime] = []
    for sentence in _sentences(replies):
        if "?" in sentence:
            found += [one.at for one in times_in(sentence, today=today) if one.at is not None]
    return sorted(set(found))


def practice_amounts(practice: Practice) -> set[str]:
    """Every amount of money in the practice's own words."""
    texts = [
        *(answer.says for answer in practice.knowledge),
        *(f"{service.price} {service.about} {service.preparation}" for service in practice.services),
    ]
    return {amount.replace(",", "") for text in texts for amount in _MONEY.findall(text)}


def _wrong_names(sentence: str, said: list[datetime], world: World, practice: Practice) -> Iterator[str]:
    """The practitioner named for a booked visit is not whose visit it is."""
    named = {
        person.id
        for person in practice.practitioners
        if person.first_name in sentence or person.name.split()[-1] in sentence.split()
    }
    booked = {visit.practitioner for visit in world.visits if visit.is_booked and on_the_wall(visit.start) in set(said)}
    if named and not named & booked:
        yield f"names a practitioner whom the visit is not with: {_short(sentence)}"


def _sentences(replies: list[Reply]) -> Iterator[str]:
    for reply in replies:
        yield from (one for one in _SENTENCE.split(reply.text) if one.strip())


def _short(sentence: str) -> str:
    return f'"{" ".join(sentence.split())[:160]}"'
