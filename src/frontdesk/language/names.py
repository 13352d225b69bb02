"""A person's name: only where it was asked for, announced, or stands beside their number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from frontdesk.dialogue.state import Ask
from frontdesk.language.details.known_names import listed
from frontdesk.language.details.people import capitals
from frontdesk.language.details.spelling_out import Remark, put_right, remarks_in
from frontdesk.language.details.symbols import spelled_in
from frontdesk.language.known_words import known_words
from frontdesk.language.script import BARRIER, Script, Span, folded, without
from frontdesk.language.vocabulary import phrases, words

ASKED_FOR_NAME = frozenset({Ask.NAME, Ask.NAME_AND_PHONE, Ask.WHO_ARE_YOU})
MOST_WORDS = 5

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*\.?")
_BETWEEN = re.compile(rf"[^\S\n{BARRIER}]+")
_SPELLS = re.compile(
    r"(?<!\w)\w(?:[ .,-]{1,2}\w(?!\w)){2}|(?<!\w)[a-z] (?:as in|for|like|de|como) [a-z]{3}"
    r"|(?<!\w)(?:spelled|spelt|escribe|deletre\w+)(?!\w)"
)
_TITLE = re.compile(r"(?:mr|mrs|ms|miss|dr|sr|sra|srta|senor|senora|senorita)\b\.?[^\S\n]+(?=\w)")
_SEPARATED = re.compile(r"[^\S\n]*[,:;(-]*[^\S\n]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A name as it should be written; `family` is empty where one word was given."""

    given: str
    family: str
    span: Span


def name_in(
    script: Script,
    plain: str,
    *,
    asked: Ask | None,
    contact: Sequence[Span],
    known_given: str | None,
    for_other: bool = False,
) -> Name | None:
    """The patient's name; None when none is given. What is said of its letters puts it right.

    `plain` is the script's text with what is already understood blocked out; `contact` are the places of
    numbers and addresses. When only the family name was missing, one word is that. `for_other`: somebody else is
    to come, and may be named by what they are to the writer ("my friend Laura"). Beside "her name is ..." the writer's
    own name is nobody's who comes.
    """
    remarks = remarks_in(plain) if asked in ASKED_FOR_NAME or _SPELLS.search(plain) else []
    for remark in remarks:
        plain = _let_through(plain, remark.span)
    whose = for_other or asked in ASKED_FOR_NAME
    named = (
        _after_cue(script, plain, "name_of_theirs", least_sure=True)
        or (_after_cue(script, plain, "name_after_theirs", least_sure=True) if whose else None)
        or _in_parts(script, plain)
        or _family_alone(script, plain, known_given)
        or _after_cue(script, plain, "name_cue_strong", least_sure=True)
        or _after_cue(script, plain, "name_cue_weak", least_sure=asked in ASKED_FOR_NAME)
        or (_answered(script, plain) if asked in ASKED_FOR_NAME else None)
        or _beside_contact(script, plain, contact)
        or (_after_cue(script, plain, "name_of_visitor", least_sure=False) if for_other else None)
    )
    if remarks and (named or asked in ASKED_FOR_NAME):
        named = _put_right(named, remarks)
    if (
        named
        and known_given
        and not named.family
        and asked is Ask.NAME
        and named.given.casefold() != known_given.casefold()
    ):
        return Name(given=known_given, family=named.given, span=named.span)
    return named


def companions_in(script: Script, plain: str) -> list[Name]:
    """Those who are named by what they are to the writer, or after "she's": "my friend Jo Lane", "and she's Tess"."""
    found: dict[int, Name] = {}
    for cue in ("name_of_theirs", "name_of_visitor", "companion_cue"):
        for match in phrases(cue).finditer(plain):
            run = _as_capitals_go(_run(plain, match.end(), least_sure=False, script=script), script)
            if run:
                found.setdefault(run[0].start(), _name(script, run))
    return [found[start] for start in sorted(found)]


def _as_capitals_go(run: list[re.Match[str]], script: Script) -> list[re.Match[str]]:
    """ "My daughter Emma asked me": of a name in capitals, no word in small letters."""
    written = [script.as_written(*word.span())[0].isupper() for word in run]
    small = next((place for place, capital in enumerate(written) if not capital), len(run))
    return run[:small] if written and written[0] else run


def two_names_in(script: Script, plain: str) -> tuple[Name, Name] | None:
    """ "Ana and Tess Bell", "Ana Bell and Tess Ruiz": two people; the last name of one alone is both's."""
    match = phrases("two_names").search(plain)
    if match is None:
        return None
    starts = [word.start() for word in _WORD.finditer(plain, *match.span("one"))]  # "we're Ana": not the first word
    runs = [_run(plain, start, least_sure=False, script=script) for start in starts]
    ending = [run for run in runs if run and run[-1].end() == match.end("one")]
    one = next((run for run in ending if run[0].group() in words("given_names")), ending[0] if ending else None)
    two = _run(plain, match.start("two"), least_sure=False, script=script)
    if not one or not two or two[-1].end() != match.end("two"):
        return None
    first, second = _name(script, one), _name(script, two)
    known = any(folded(name.given).split()[0] in words("given_names") for name in (first, second))
    return (replace(first, family=first.family or second.family), second) if known else None


def full_name_in(script: Script, plain: str, *, services: frozenset[str]) -> Name | None:
    """A full name that fills the answer to the question for it, whatever else its words may mean; None: there is none.

    Each word is written as a name, and the first is one that people are called by, or means nothing else. `services`
    are the words that tell a service of the practice.
    """
    if remarks_in(plain) or phrases("name_of_theirs").search(plain):
        return None
    for stretch in _STRETCH.finditer(plain):
        found = list(_WORD.finditer(plain, *stretch.span()))
        while found and (found[0].group() in _LEADS or _TITLE.match(plain, found[0].start())):
            found = found[1:]
        trails = next((place for place, word in enumerate(found) if word.group() in _TRAILS), len(found))
        stretch_ends, found = (found[trails - 1].end() if 0 < trails < len(found) else stretch.end()), found[:trails]
        if not 2 <= len(found) <= MOST_WORDS or len(found[-1].group().rstrip(".")) < 2:
            continue
        between = plain[found[0].start() : found[-1].end()].split()
        after = plain[found[-1].end() : stretch_ends].strip()
        first = found[0].group()
        means_else = first in known_words() or first in services or first in words("not_names")
        named_so = first in words("given_names") or first in words("names_too") or first in listed("given")
        called = named_so or not means_else
        if after or len(between) != len(found) or not called:
            continue
        if all(word.group() in words("particles") or script.as_written(*word.span())[0].isupper() for word in found):
            return _name(script, found)
    return None


def is_well_known(name: Name) -> bool:
    """Whether people are called so, first and last."""
    first, *_ = folded(name.given).split()
    *middle, last = folded(name.family).split() or [""]
    known = all(word in listed("family") or word in words("given_names") for word in middle)
    return (first in words("given_names") or first in listed("given")) and last in listed("family") and known


def name_alone_in(script: Script, plain: str, *, services: frozenset[str]) -> Name | None:
    """The full name that is all a message says, where no name was asked for: "Pam Ortiz"."""
    found = full_name_in(script, plain, services=services)
    left = without(plain, [found.span]).strip(f" .,!{BARRIER}") if found is not None else ""
    return None if left else found


_STRETCH = re.compile(rf"[^{BARRIER},.;:!?\n(]+")
_TRAILS = frozenset({"here", "speaking"})
_LEADS = frozenset({"it's", "its", "i'm", "im", "soy", "es", "yes", "si", "yeah", "ok", "sure", "this", "is"})


def letters_in(plain: str) -> list[Span]:
    """Where letters are said one by one: no other meaning is looked for there."""
    return [one.span for one in spelled_in(plain)] if _SPELLS.search(plain) else []


def _put_right(named: Name | None, remarks: Sequence[Remark]) -> Name | None:
    """The name with its letters heeded; of letters alone, the name they spell."""
    given, family = (named.given.split(), named.family.split()) if named else ([], [])
    spelled = [remark for remark in remarks if remark.spelled]
    if not named and not spelled:
        return None
    words = put_right([*given, *family], remarks)
    spans = [remark.span for remark in spelled] + ([named.span] if named else [])
    span = (min(start for start, _ in spans), max(end for _, end in spans))
    first = max(1, len(given))
    return Name(given=" ".join(words[:first]), family=" ".join(words[first:]), span=span)


def _let_through(plain: str, span: Span) -> str:
    """The text with a remark about letters made blank, and the commas around it: the name may go on after it."""
    before = plain[: span[0]].rstrip(" ,;:(-")
    after = plain[span[1] :]
    kept = after.lstrip(" ,;:)-")
    return before + " " * (len(plain) - len(before) - len(kept)) + kept


def _in_parts(script: Script, plain: str) -> Name | None:
    """ "First name Maria, last name Gonzalez"."""
    match = phrases("name_parts").search(plain)
    if match is None or match["given"] in words("not_names"):
        return None
    given, family = (capitals(script.as_written(*match.span(part))) for part in ("given", "family"))
    return Name(given=given, family=family, span=match.span())


def _family_alone(script: Script, plain: str, known_given: str | None) -> Name | None:
    """ "My last name is Gonzalez", where the first is known."""
    if known_given is None or (told := _after_cue(script, plain, "family_cue", least_sure=True)) is None:
        return None
    return Name(given=known_given, family=f"{told.given} {told.family}".strip(), span=told.span)


def _after_cue(script: Script, plain: str, cue: str, *, least_sure: bool) -> Name | None:
    for match in phrases(cue).finditer(plain):
        run = _run(plain, match.end(), least_sure=least_sure, script=script)
        if run:
            return _name(script, run)
    return None


def _answered(script: Script, plain: str) -> Name | None:
    """The first run of words that can be a name, in an answer to the question for it.

    Of a word that is no name anybody knows and a full name after it, it is the full name: "gladly, Natalia Donovan".
    """
    at = 0
    first: list[re.Match[str]] = []
    while word := _WORD.search(plain, at):
        run = _without_lead(_run(plain, word.start(), least_sure=True, script=script), script)
        at = run[-1].end() if run else word.end()
        if not run or _ANNOUNCES.match(plain, run[-1].end()):
            continue
        if not (_looks_like_a_name(run, script) or _fills_its_stretch(run, plain)) or _is_a_remark(run, plain, script):
            continue
        if not first:
            first = run
            if len(run) > 1 or run[0].group() in words("given_names") or _family_first(run, plain):
                break
        elif len(run) > 1 and _is_written_as_a_name(run, script):
            return _name(script, run)
    return _name(script, first, family_first=_family_first(first, plain)) if first else None


def _is_a_remark(run: Sequence[re.Match[str]], plain: str, script: Script) -> bool:
    """ "Thats too expensive": a word of everyday, in small letters, at the end of others."""
    before = re.split(r"[,.;:!?\n\x1f]", plain[: run[0].start()])[-1].strip(" -")
    if len(run) > 1 or not before or script.as_written(*run[0].span())[0].isupper():
        return False
    word = run[0].group()
    return word in known_words() - words("given_names") and word not in listed("family")


def _without_lead(run: list[re.Match[str]], script: Script) -> list[re.Match[str]]:
    """ "pues Marisol Ibarra" without what leads up to it: words in small letters before a name in capitals."""
    written = [script.as_written(*word.span()) for word in run]
    small = next((place for place, word in enumerate(written) if word[0].isupper()), 0)
    led = small and len(run) - small > 1 and all(word[0].isupper() for word in written[small:])
    known = led and any(word.group() in words("given_names") for word in run[:small])
    return run[small:] if led and not known else run


def _is_written_as_a_name(run: Sequence[re.Match[str]], script: Script) -> bool:
    return all(script.as_written(*word.span())[0].isupper() for word in run)


_ANNOUNCES = re.compile(r"\s*:")
"""A word before a colon announces what comes: "details: Isaac Nolan"."""


def _fills_its_stretch(run: Sequence[re.Match[str]], plain: str) -> bool:
    """Whether no other words follow before the next comma, and few stand before: else it is a sentence."""
    before = re.split(r"[,.;:!?\n\x1f]", plain[: run[0].start()])[-1]
    after = re.split(r"[,.;:!?\n(\x1f]", plain[run[-1].end() :])[0]
    return len(before.split()) <= 2 and not after.strip(" -")


def _beside_contact(script: Script, plain: str, contact: Sequence[Span]) -> Name | None:
    """Words right before a number or an address, in the shape "Name, number, address"."""
    for start, _ in contact:
        before = plain[:start]
        stretch = re.search(
            rf"(?:^|[{BARRIER},.;:!?\n(]|\b(?:for|is|it's|name|para|de)\s)([^{BARRIER},.;:!?\n(]*?)[\s,:;(-]*$", before
        )
        if not stretch:
            continue
        found = list(_WORD.finditer(plain, stretch.start(1), stretch.end(1)))
        run = _run(plain, found[0].start(), least_sure=False, script=script) if found else []
        if run and len(run) > 1 and run[-1].end() >= found[-1].end():
            return _name(script, run)
    return None


def _run(plain: str, at: int, *, least_sure: bool, script: Script) -> list[re.Match[str]]:
    """Up to five words from there on that can be a name. Unless `least_sure` they must look like one."""
    skipped = _SEPARATED.match(plain, at)
    at = skipped.end() if skipped else at
    while title := _TITLE.match(plain, at):
        at = title.end()
    run: list[re.Match[str]] = []
    while len(run) < MOST_WORDS and (word := _WORD.match(plain, at)):
        ordinary = word.group().rstrip(".").removesuffix("'s") in words("not_names")
        if ordinary and word.group() not in words("particles") and not _is_surname(word, run, script):
            break
        run.append(word)
        gap = _BETWEEN.match(plain, word.end())
        if not gap or (word.group().endswith(".") and len(word.group()) > 3):
            break
        at = gap.end()
    trail = phrases("name_trail")
    while run and (trail.fullmatch(run[-1].group()) or run[-1].group() in words("particles")):
        run.pop()
    if len(run) == 1 and run[0].group() in words("months_as_names"):
        return []
    if run and run[0].group() in words("particles") - words("given_names"):
        return []
    return run if run and (least_sure or _looks_like_a_name(run, script)) else []


def _is_surname(word: re.Match[str], run: Sequence[re.Match[str]], script: Script) -> bool:
    """Whether a word that means something else is written as one after a given name: "Monique Vale"."""
    return len(run) == 1 and all(script.as_written(*one.span())[0].isupper() for one in (run[0], word))


def _looks_like_a_name(run: Sequence[re.Match[str]], script: Script) -> bool:
    written = [script.as_written(*word.span()) for word in run]
    if all(word[0].isupper() or word in words("particles") for word in written):
        return not all(word.isupper() for word in written) or run[0].group() in words("given_names") or len(run) > 1
    return run[0].group() in words("given_names")


def _family_first(run: Sequence[re.Match[str]], plain: str) -> bool:
    """Whether the answer is "Gonzalez, Maria" and no more."""
    if len(run) != 1 or run[0].group() in words("given_names"):
        return False
    rest = re.compile(r"\s*,\s*([^\W\d_]+)").match(plain, run[0].end())
    return bool(rest and rest[1] in words("given_names"))


def _name(script: Script, run: Sequence[re.Match[str]], *, family_first: bool = False) -> Name:
    written = [capitals(script.as_written(*word.span()).rstrip(".")) for word in run]
    if family_first:
        rest = re.compile(r"\s*,\s*([^\W\d_]+)").match(script.plain, run[0].end())
        assert rest is not None, "looked at before"
        given = capitals(script.as_written(*rest.span(1)))
        return Name(given=given, family=written[0], span=(run[0].start(), rest.end()))
    written = [word for place, word in enumerate(written) if len(word) > 1 or place in (0, len(written) - 1)]
    first = 2 if len(written) > 2 and run[1].group().rstrip(".") in words("second_given") else 1
    return Name(given=" ".join(written[:first]), family=" ".join(written[first:]), span=(run[0].start(), run[-1].end()))
