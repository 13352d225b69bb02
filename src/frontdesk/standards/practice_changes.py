"""What changes between two versions of a practice, in words."""

from collections.abc import Iterator, Mapping

from frontdesk.domain.practice import Practice
from frontdesk.standards.practice_document import to_document

QUESTIONNAIRES = "questionnaires"
NAMES = {
    "locations": ("location", "id"),
    "practitioners": ("practitioner", "id"),
    "rooms": ("room", "id"),
    "devices": ("device", "id"),
    "services": ("service", "id"),
    "knowledge": ("answer", "topic"),
    QUESTIONNAIRES: ("questionnaire", "id"),
}
"""What one entry of a section is called, and the key that names it."""

LONGEST = 60
"""Characters of a text that are shown; the rest is in the files."""


def differences(old: Practice | None, new: Practice) -> list[str]:
    """What is different in the new version, a line each ("service peel: length 30 -> 45 minutes"); [] for no change."""
    after = to_document(new)
    if old is None:
        numbers = [(len(entries), kind) for section, (kind, _) in NAMES.items() if (entries := _listed(after, section))]
        counts = ", ".join(f"{number} {kind}{'s' * (number > 1)}" for number, kind in numbers)
        return [f"practice {new.key}: new, with {counts or 'nothing in it'}"]
    before = to_document(old)
    lines: list[str] = []
    for section in dict.fromkeys((*before, *after)):
        one, other = before.get(section), after.get(section)
        if section in NAMES:
            lines += _of_entries(section, _named(section, before), _named(section, after))
        elif isinstance(one or other, dict):
            lines += [f"{section}: {change}" for change in _changes(_mapping(one), _mapping(other))]
        else:
            lines += [f"practice {new.key}: {change}" for change in _change(section, one, other)]
    return lines


def _of_entries(section: str, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    kind, _ = NAMES[section]
    for name in before:
        if name not in after:
            yield f"{kind} {name}: removed"
    for name in after:
        if name not in before:
            yield f"{kind} {name}: added"
        elif section == QUESTIONNAIRES:
            yield from (f"{kind} {name}: {change}" for change in _of_form(before[name], after[name]))
        else:
            for change in _changes(_mapping(before[name]), _mapping(after[name])):
                yield f"{kind} {name}: {change}"
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        yield f"{section}: listed in another order"


def _of_form(one: object, other: object) -> Iterator[str]:
    """A form is too long to be shown item by item: which version, and whether the words stayed under the old one."""
    if one == other:
        return
    versions = [_shown(_mapping(form).get("version")) for form in (one, other)]
    if versions[0] == versions[1]:
        yield f"changed, still version {versions[0]}"
    else:
        yield f"version {versions[0]} -> {versions[1]}"


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    for key in dict.fromkeys((*before, *after)):
        yield from _change(key, before.get(key), after.get(key))


def _change(key: str, one: object, other: object) -> Iterator[str]:
    if one == other:
        return
    if isinstance(one, dict) or isinstance(other, dict):
        for change in _changes(_mapping(one), _mapping(other)):
            yield f"{key} {change}"
    elif isinstance(one, list) and isinstance(other, list):
        gone = [f"{_shown(each)} removed" for each in one if each not in other]
        come = [f"{_shown(each)} added" for each in other if each not in one]
        yield f"{key} {', '.join(gone + come) or 'listed in another order'}"
    else:
        yield f"{key} {_from_to(_shown(one), _shown(other))}"


def _from_to(one: str, other: str) -> str:
    """ "30 -> 45 minutes": a unit that both end in is said once."""
    (number, _, unit), (_, _, other_unit) = one.partition(" "), other.partition(" ")
    return f"{number if number.isdigit() and unit == other_unit else one} -> {other}"


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return "; ".join(f"{key} {_shown(inner)}" for key, inner in value.items())
    text = str(value).replace("\n", " ")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _named(section: str, document: Mapping[str, object]) -> dict[str, object]:
    _, key = NAMES[section]
    return {str(_mapping(entry)[key]): entry for entry in _listed(document, section)}


def _listed(document: Mapping[str, object], section: str) -> list[object]:
    entries = document.get(section)
    return entries if isinstance(entries, list) else []


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
