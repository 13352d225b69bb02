"""What was done with a patient's data, as a page that the patient can read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from uuid import UUID

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from frontdesk.domain.audit import Outcome, Recorded
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall

HERE = Path(__file__).parent
Words = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the page; `count` events in a row that say the same are one."""

    when: str
    who: str
    what: str
    why: str
    origin: str
    notes: tuple[str, ...]


def audit_page(events: Sequence[Recorded], practice: Practice, *, patient: UUID, language: str) -> str:
    """The page, as HTML that needs nothing beside it; in English where the language is none of ours."""
    told = _catalogue(language) if language in {"en", "es"} else _catalogue("en")
    words: Words = {name: text for name, text in told.items() if isinstance(text, str)}
    zone = practice.locations[0].zone
    days = [f"{wall(event.at, zone):%Y-%m-%d}" for event in events]
    facts = {
        "language": language,
        "words": words,
        "by": words["by"].format(practice=practice.name, first=min(days), last=max(days), zone=zone.key)
        if days
        else "",
        "ids": words["ids"].format(id=patient),
        "lines": _together([_line(event, practice, told) for event in events], words),
    }
    return _templates().get_template("page.html").render(facts)


def _line(event: Recorded, practice: Practice, told: Mapping[str, str | Words]) -> Line:
    moment = wall(event.at, practice.locations[0].zone)
    who, what, why = (_table(told, name) for name in ("who_acted", "what_was_done", "why_done"))
    named = f"{who[event.actor.value]} ({event.actor_id})" if event.actor.is_staff else who[event.actor.value]
    return Line(
        when=f"{moment:%Y-%m-%d %H:%M}",
        who=named,
        what=what.get(event.what, event.what),
        why=why[event.purpose.value],
        origin=event.origin,
        notes=tuple(_notes(event, told)),
    )


def _notes(event: Recorded, told: Mapping[str, str | Words]) -> list[str]:
    codes = json.loads(event.detail)["codes"]
    notes = []
    if event.outcome is not Outcome.DONE:
        notes.append(str(told["not_done" if event.outcome is Outcome.REFUSED else "failed"]))
    if event.what == "record.read":
        notes.append(str(told["columns_read"]).format(fields=", ".join(codes.get("fields", []))))
    return notes + [
        str(told[name]).format(codes=", ".join(codes[name]).replace("_", " "))
        for name in ("heard", "did")
        if codes.get(name)
    ]


def _together(lines: Sequence[Line], words: Words) -> list[Line]:
    """Lines that follow each other and say the same, as one that says how often."""
    joined: list[tuple[Line, int]] = []
    for line in lines:
        if joined and joined[-1][0] == line:
            joined[-1] = (line, joined[-1][1] + 1)
        else:
            joined.append((line, 1))
    return [
        replace(line, notes=(*line.notes, words["times"].format(count=count))) if count > 1 else line
        for line, count in joined
    ]


def _table(told: Mapping[str, str | Words], name: str) -> Words:
    table = told[name]
    assert isinstance(table, Mapping)
    return table


@cache
def _catalogue(language: str) -> Mapping[str, str | Words]:
    read: Mapping[str, str | Words] = yaml.safe_load((HERE / f"{language}.yaml").read_text())
    return read


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
