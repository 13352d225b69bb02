"""A conversation that waits for a person, in words for the practice's people."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml

from frontdesk.dialogue.handing_over import Story, story_of
from frontdesk.dialogue.state import State
from frontdesk.domain.practice import Practice
from frontdesk.language.catalogue import catalogue
from frontdesk.language.moments import Calendar


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedOver:
    """What is told. `facts` are labels and values, in the order that somebody needs them."""

    summary: str
    next_step: str
    facts: tuple[tuple[str, str], ...] = ()


def handed_over(
    reason: str, story: Story | None, practice: Practice, *, language: str, now: datetime, times: int = 1
) -> HandedOver:
    """The summary, the facts gathered and the next step, in that language."""
    told = _told(language)
    reasons, otherwise = _group(told, "reasons"), _group(told, "otherwise")
    words = reasons.get(reason, otherwise)
    assert isinstance(words, dict)
    names = [story.given, story.family] if story else []
    who = " ".join(name for name in names if name) or str(told["nobody"])
    whole = story is None and words.get("of_the_desk")
    what = str(words["what"]).format(reason=reason)
    summary = f"{what[:1].upper()}{what[1:]}." if whole else str(told["summary"]).format(who=who, what=what)
    if times > 1:
        summary = f"{summary} {str(told['came_up']).format(times=times)}"
    return HandedOver(
        summary=summary,
        next_step=str(told["next"]).format(next=words["next"]),
        facts=tuple(_Facts(practice, language, now).of(story)) if story else (),
    )


def reason_words(reason: str, *, language: str) -> str:
    """What came up, without anybody's name: "asked to speak with a person"."""
    told = _told(language)
    words = _group(told, "reasons").get(reason, told["otherwise"])
    assert isinstance(words, dict)
    return str(words["what"]).format(reason=reason)


def whispered(practice: Practice, state: State, reason: str, *, language: str, now: datetime) -> tuple[str, str]:
    """What is said to somebody whose phone rings for a caller: before they take the call, of nobody; and after.

    After it: who calls, why, for which service and when, as far as it is known.
    """
    told, story = _told(language), story_of(state)
    rings = str(_group(told, "whisper")["rings"]).format(practice=practice.name)
    facts = dict(_Facts(practice, language, now).of(story))
    labels = _group(told, "facts")
    wanted = [f"{labels[key]}: {facts[str(labels[key])]}." for key in _WHISPERED if str(labels[key]) in facts]
    summary = handed_over(reason, story, practice, language=language, now=now).summary
    return rings, " ".join((summary, *wanted, str(_group(told, "whisper")["connects"])))


_WHISPERED = ("service", "slot", "visit", "language")


def gathered(story: Story, practice: Practice, *, language: str, now: datetime) -> tuple[tuple[str, str], ...]:
    """Label and value of each fact that a conversation knows, in the order that somebody needs them."""
    return tuple(_Facts(practice, language, now).of(story))


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeWords:
    """What one of the practice's people is told: by mail, and by text."""

    subject: str
    body: str
    text: str


MOST_REASONS = 4
"""So many are named where several things wait; a text is read at a glance."""


def notice_words(
    reasons: Sequence[str],
    practice: Practice,
    *,
    urgent: bool,
    link: str,
    acknowledge: str,
    language: str,
    now: datetime,
) -> NoticeWords:
    """That something waits, or several things, and where.

    Nothing of a patient: mail and texts are read by others too.
    """
    told = _group(_told(language), "telling")
    alone = len(reasons) == 1
    summary = (
        handed_over(reasons[0], None, practice, language=language, now=now).summary
        if alone
        else _several(reasons, language=language)
    )
    fills = {
        "practice": practice.name,
        "summary": summary,
        "link": link,
        "acknowledge": acknowledge,
    }
    degree = "_urgent" if urgent else ""
    many = "" if alone else "_several"
    return NoticeWords(
        subject=str(told[f"subject{degree}"]).format(**fills),
        body=str(told[f"body{many}"]).format(**fills),
        text=str(told[f"text{degree}{many}"]).format(**fills),
    )


def _several(reasons: Sequence[str], *, language: str) -> str:
    """ "5 things wait for you: asked to speak with a person (3), has a complaint (2)." """
    told = _group(_told(language), "telling")
    counted = Counter(reasons).most_common()
    named = [
        str(told["of_one_kind"]).format(what=reason_words(reason, language=language), count=count)
        for reason, count in counted[:MOST_REASONS]
    ]
    if rest := sum(count for _, count in counted[MOST_REASONS:]):
        named.append(str(told["and_more"]).format(count=rest))
    return str(told["several"]).format(count=len(reasons), reasons=", ".join(named))


def over_words(reason: str, practice: Practice, *, language: str) -> NoticeWords:
    """That a trouble of the desk itself is over."""
    told = _told(language)
    words = _group(_group(told, "reasons"), reason)
    fills = {"practice": practice.name, "over": str(words["over"])}
    said = _group(told, "over")
    return NoticeWords(**{part: str(said[part]).format(**fills) for part in ("subject", "body", "text")})


_ON_IT = re.compile(r"\W*(?:ok(?:ay)?|yes|sí|si|on (?:it|my way)|i'?m on it|me ocupo|voy)\W*", re.IGNORECASE)


def means_on_it(text: str) -> bool:
    """Whether a text of the practice's people, in either language, says no more than that they look after it."""
    return _ON_IT.fullmatch(text) is not None


class _Facts:
    def __init__(self, practice: Practice, language: str, now: datetime) -> None:
        self._practice = practice
        self._told = _told(language)
        self._zone = practice.locations[0].zone
        self._calendar = Calendar(told=catalogue(language), zone=self._zone, now=now)

    def of(self, story: Story) -> list[tuple[str, str]]:
        """Label and value of each fact that is known."""
        name = " ".join(part for part in (story.given, story.family) if part)
        facts = {
            "said": f"“{story.said}”" if story.said else "",
            "wants": str(_group(_group(self._told, "values"), "flows").get(story.flow or "", "")),
            "service": self._practice.service(story.service).name if story.service else "",
            "wish": self._calendar.wish(story.wish) if story.wish else "",
            "slot": self._when(story.slot.during.start) if story.slot else "",
            "visit": self._when(story.visit.during.start) if story.visit else "",
            "first_visit": "" if story.first_visit is None else self._value("no" if story.first_visit else "yes"),
            "name" if story.visitor is None else "visitor_name": name,
            "birth_date": story.birth_date.isoformat() if story.birth_date else "",
            "phone": story.phone or "",
            "email": story.email or "",
            "booked": str(story.booked) if story.booked else "",
            "identity": self._value("proven" if story.proven else "said only"),
            "language": str(_group(_group(self._told, "values"), "languages").get(story.language, story.language)),
        }
        labels = _group(self._told, "facts")
        return [(str(labels[key]), value) for key, value in facts.items() if value]

    def _when(self, at: datetime) -> str:
        return self._calendar.moment(at)

    def _value(self, key: str) -> str:
        return str(_group(self._told, "values")[key])


def known_reasons(language: str) -> frozenset[str]:
    """Every reason that has words of its own."""
    return frozenset(_group(_told(language), "reasons"))


def _group(told: Mapping[str, object], key: str) -> Mapping[str, object]:
    group = told[key]
    assert isinstance(group, dict)
    return group


@cache
def _told(language: str) -> Mapping[str, object]:
    path = Path(__file__).parent / "catalogue" / f"handing_over_{language}.yaml"
    told: Mapping[str, object] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return told
