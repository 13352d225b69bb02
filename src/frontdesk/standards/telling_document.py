"""Who is told what waits for a person, as it stands in a practice's document, and read back."""

from datetime import timedelta

from frontdesk.dialogue.effects import Reason
from frontdesk.domain.telling import USUAL_TELLING, Contact, Telling, TellingRule
from frontdesk.standards.document import Entry, Form
from frontdesk.standards.forms import EMAIL, KEY, PHONE, SOME_LENGTH, YES_OR_NO

REASONS = tuple(str(words) for name, words in vars(Reason).items() if name.isupper())


def _read_reason(text: str) -> str:
    if text not in REASONS:
        raise ValueError(text)
    return text


REASON = Form(
    wanted='the reason of a task, such as "a complaint"',
    read=_read_reason,
    write=str,
    stand_in=Reason.ASKED,
    known=lambda: REASONS,
)


def telling_in(entry: Entry) -> Telling:
    """Who is told; the usual where nothing is written."""
    usual = USUAL_TELLING
    contacts = tuple(one for each in entry.entries("contacts", named_by="id") if (one := _contact(each)) is not None)
    rules = tuple(map(_rule, entry.entries("rules")))
    on_call = entry.many("on_call", KEY)
    lengths = [
        entry.one_or(name, SOME_LENGTH, length)
        for name, length in (
            ("urgent_within", usual.urgent_within),
            ("within", usual.within),
            ("acknowledge_within", usual.acknowledge_within),
        )
    ]
    entry.close()
    made = entry.build(
        lambda: Telling(
            contacts=contacts,
            rules=rules,
            on_call=on_call,
            urgent_within=lengths[0],
            within=lengths[1],
            acknowledge_within=lengths[2],
        )
    )
    return made or usual


def of_telling(telling: Telling) -> dict[str, object]:
    """What differs from the usual."""
    usual = USUAL_TELLING
    return _filled(
        contacts=[_filled(id=one.id, phone=one.phone, email=one.email) for one in telling.contacts],
        rules=[
            _filled(
                reasons=list(rule.reasons),
                urgent=None if rule.urgent is None else YES_OR_NO.write(rule.urgent),
                who=list(rule.who),
            )
            for rule in telling.rules
        ],
        on_call=list(telling.on_call),
        urgent_within=_length(telling.urgent_within, usual.urgent_within),
        within=_length(telling.within, usual.within),
        acknowledge_within=_length(telling.acknowledge_within, usual.acknowledge_within),
    )


def _contact(entry: Entry) -> Contact | None:
    contact = entry.build(
        lambda: Contact(
            id=entry.one("id", KEY), phone=entry.one_or("phone", PHONE, ""), email=entry.one_or("email", EMAIL, "")
        )
    )
    entry.close()
    return contact


def _rule(entry: Entry) -> TellingRule:
    rule = TellingRule(
        who=entry.at_least_one("who", KEY),
        reasons=entry.many("reasons", REASON),
        urgent=entry.one_or("urgent", YES_OR_NO, None),
    )
    entry.close()
    return rule


def _length(mine: timedelta, usual: timedelta) -> object:
    return None if mine == usual else SOME_LENGTH.write(mine)


def _filled(**fields: object) -> dict[str, object]:
    return {key: value for key, value in fields.items() if value not in (None, "", [])}
