"""When patients are reminded, as it stands in a practice's document, and read back."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from frontdesk.domain.ids import ServiceId
from frontdesk.domain.reminding import (
    MOST_TRIES,
    NO_CALLS,
    PRESETS,
    USUAL_REMINDING,
    Called,
    Calling,
    Ladder,
    LeftWord,
    Reminding,
)
from frontdesk.standards.document import Entry, Form
from frontdesk.standards.forms import LENGTH, SOME_LENGTH, TEXT, read_length, word_of, write_length


def _read(text: str) -> Ladder:
    if text in PRESETS:
        return PRESETS[text]
    length = read_length(text)
    if not length:
        raise ValueError(text)
    return (length,)


def write_ladder(ladder: Ladder) -> object:
    """A ladder's name, or its lengths."""
    named = [name for name, preset in PRESETS.items() if preset == ladder]
    return named[0] if named else [write_length(before) for before in ladder]


RUNG: Form[Ladder] = Form(
    wanted=f'how long before the visit, such as "2 days" or "2 hours", or one of {", ".join(PRESETS)}',
    read=_read,
    write=lambda ladder: str(write_ladder(ladder)),
    stand_in=(),
    known=lambda: tuple(PRESETS),
)

FIRST = "first reminder"


def _read_before(text: str) -> timedelta | None:
    return None if text == FIRST else SOME_LENGTH.read(text)


BEFORE: Form[timedelta | None] = Form(
    wanted=f'how long before the visit, such as "3 days", or "{FIRST}"',
    read=_read_before,
    write=lambda before: write_length(before) if before else FIRST,
    stand_in=None,
    known=lambda: (FIRST,),
)

CALLED, LEFT_WORD = word_of(Called), word_of(LeftWord)


def _read_tries(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_TRIES:
        raise ValueError(text)
    return int(text)


TRIES: Form[int] = Form(
    wanted=f"how often it is tried, 1 to {MOST_TRIES}", read=_read_tries, write=str, stand_in=NO_CALLS.tries
)


def reminders_in(entry: Entry) -> Reminding:
    """The ladders; the usual one where nothing is written."""
    ladder = entry.many("ladder", RUNG)
    services = entry.each_many("services", TEXT, RUNG)
    preparation = entry.one_or("preparation", BEFORE, USUAL_REMINDING.preparation)
    aftercare = entry.one_or("aftercare", LENGTH, USUAL_REMINDING.aftercare)
    calls = _calls_in(entry.entry("calls"))
    entry.close()
    made = entry.build(
        lambda: Reminding(
            ladder=joined_ladder(ladder) if ladder else USUAL_REMINDING.ladder,
            services=MappingProxyType({ServiceId(name): joined_ladder(rungs) for name, rungs in services.items()}),
            preparation=preparation,
            aftercare=aftercare,
            calls=calls,
        )
    )
    return made or USUAL_REMINDING


def _calls_in(entry: Entry) -> Calling:
    calls = Calling(
        to=entry.one_or("to", CALLED, NO_CALLS.to),
        tries=entry.one_or("tries", TRIES, NO_CALLS.tries),
        apart=entry.one_or("apart", SOME_LENGTH, NO_CALLS.apart),
        voicemail=entry.one_or("voicemail", LEFT_WORD, NO_CALLS.voicemail),
    )
    entry.close()
    return calls


def of_reminders(reminding: Reminding) -> dict[str, object]:
    """What differs from the usual."""
    written: dict[str, object] = {}
    if reminding.ladder != USUAL_REMINDING.ladder:
        written["ladder"] = write_ladder(reminding.ladder)
    if reminding.services:
        written["services"] = _by_service(reminding.services)
    if reminding.preparation != USUAL_REMINDING.preparation:
        written["preparation"] = BEFORE.write(reminding.preparation)
    if reminding.aftercare != USUAL_REMINDING.aftercare:
        written["aftercare"] = LENGTH.write(reminding.aftercare)
    if calls := _of_calls(reminding.calls):
        written["calls"] = calls
    return written


def _of_calls(calls: Calling) -> dict[str, object]:
    written: dict[str, object] = {}
    if calls.to is not NO_CALLS.to:
        written["to"] = calls.to.value
    if calls.tries != NO_CALLS.tries:
        written["tries"] = TRIES.write(calls.tries)
    if calls.apart != NO_CALLS.apart:
        written["apart"] = SOME_LENGTH.write(calls.apart)
    if calls.voicemail is not NO_CALLS.voicemail:
        written["voicemail"] = calls.voicemail.value
    return written


def _by_service(services: Mapping[ServiceId, Ladder]) -> dict[str, object]:
    return {str(name): write_ladder(services[name]) for name in sorted(services)}


def joined_ladder(named: tuple[Ladder, ...]) -> Ladder:
    """The rungs of all of them, the farthest first."""
    return tuple(sorted((before for ladder in named for before in ladder), reverse=True))
