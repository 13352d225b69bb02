"""E-mail addresses: typed, or said ("maria dot gonzalez at gmail"), with letters, figures and signs by name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from frontdesk.language.details.keyed import BETWEEN, as_keyed, is_keyed, keys_of
from frontdesk.language.details.reading import Detail, Evidence, Reading, Unread, another_way, confirmed_by, tries_of
from frontdesk.language.details.spelled import spelled_readings
from frontdesk.language.details.symbols import letter_at, letters_apart, number_words, renderings, spelled_in
from frontdesk.language.details.weighing import Heard, fitting_best, ranked, weighed
from frontdesk.language.script import BARRIER, Span, folded
from frontdesk.language.vocabulary import words

SAID_ODD, SHORT_ODD = 0.6, 0.4
OF_CHART, WITH_NAME, KNOWN_HOST = 2.5, 0.8, 1.0
"""What speaks for an address beforehand, in nats: it is on the chart, it has the name in it, its host is well known."""
BY_NAME = 5.0
"""What speaks for an address that is made of the name they gave, in nats."""
SPELLED_ODD = 0.3
KEYED = "%"
"""Begins what was given with keys."""
PER_KEY = 3.0
"""How unlikely it is that one key was pressed for another, in nats."""
NEAR_HOST = 0.35
_MOST_BOXES = 10
LONGEST_NAME = 64
"""Characters before the @, by RFC 5321."""

_TYPED = re.compile(
    r"(?<![\w.+-])([a-z0-9][a-z0-9._%+'-]*)\s?@\s?([a-z0-9-]+(?:(?:\.|\s\.\s)[a-z0-9-]+)*(?:\."
    r"|\s\.\s)[a-z]{2,})(?![\w@])"
)
_KNOWN_HOSTS = {
    "gmail": "com", "hotmail": "com", "yahoo": "com", "outlook": "com", "icloud": "com", "aol": "com", "live": "com",
    "msn": "com", "comcast": "net", "verizon": "net", "att": "net", "sbcglobal": "net", "bellsouth": "net",
    "protonmail": "com", "proton": "me", "ymail": "com", "me": "com", "mac": "com", "googlemail": "com",
}  # fmt: skip
_OTHER_HOSTS = frozenset({"mail.com", "email.com", "gmx.com", "ymail.com"})
"""Hosts that are their own, though a letter away from a better known one."""
_MISHEARD_HOST = (
    (r"g[ -]?mail|gee ?mail|jee ?mail|gimail|gmal|gmial|gmai|gamil|ge mail|jimail", "gmail"),
    (r"hot[ -]?mail|jotmail|hotmial|hotmal|hot ?male", "hotmail"), (r"ya ?hoo|yahu|yaho|yaju|yahho", "yahoo"),
    (r"out ?look|autluk", "outlook"), (r"i[ -]?cloud|eye ?cloud|aicloud|icluod", "icloud"), (r"a ?o ?l", "aol"),
    (r"proton ?mail", "protonmail"), (r"com ?cast", "comcast"), (r"m ?s ?n", "msn"), (r"a ?t ?(?:and|&) ?t", "att"),
)  # fmt: skip
_HOST_NAMES = "|".join(pattern for pattern, _ in _MISHEARD_HOST) + "|verizon|bellsouth|sbcglobal|ymail"
_ENDINGS = "com|net|org|edu|gov|io|co|us|me|mx|es|info|biz|uk|ca|clinic|health|dev|app"
_DOT = r"(?:\s*\.\s*|\s+(?:dot|punto|point)\s+)"
_HOST = re.compile(
    rf"(?<!\w)(?:at|arroba|\(at\)|\[at\]|@)\s*(?P<host>(?:{_HOST_NAMES})(?:{_DOT}(?:{_ENDINGS})(?:{_DOT}[a-z]{{2}}(?!\w))?)?"
    rf"|[a-z0-9-]+(?:{_DOT}[a-z0-9-]+)*{_DOT}(?:c o m|{_ENDINGS})(?:{_DOT}[a-z]{{2}}(?!\w))?)(?!\w|\.\w)"
)
_SIGNS = {
    "dot": ".", "punto": ".", "point": ".", "period": ".", "underscore": "_", "guion bajo": "_", "subguion": "_",
    "dash": "-", "hyphen": "-", "minus": "-", "guion medio": "-", "guion": "-", "plus": "+", "mas": "+",
}  # fmt: skip
_TOKEN = re.compile(r"guion bajo|guion medio|[a-z]+(?:'[a-z]+)?|\d+|[._+-]")
_TOGETHER = re.compile(
    r",?\s*(?<!\w)(?:all (?:one word|lower ?case|together|in lower ?case)|one word|lower ?case|no spaces"
    r"|todo junto|todo en minusculas?|en minusculas?|junto|sin espacios)(?!\w)"
)
_CUE = re.compile(
    r"(?<!\w)(?:(?:e-?mail|mail|correo|direccion)(?: address| electronico)?(?: (?:is|would be|to|me at|es|seria|:))?"
    r"|(?:it|that)(?:'s|s| is| would be)|es|seria)\s*:?\s*"
)
_SIGN_LETTER = {"dot": ".", "period": ".", "point": ".", "underscore": "_", "dash": "-", "hyphen": "-", "punto": "."}
_SIGN_WORDS = re.compile(rf"(?<!\w)({'|'.join(_SIGN_LETTER)})(?!\w)")
_LAST_HOST = re.compile(
    r"(?:(?<!\w)(?:at|and|a|arroba)(?: the)?\s+|\s*@\s*|\s)(?P<host>a o l|[a-z0-9-]+(?: mail)?)"
    r"\s*(?:\.|\sdot|\spunto)\s*(?P<ending>com|net|org|edu|me|io|co|us)\W*$"
)
_SPELLED_HOST = re.compile(
    r"(?<!\w)(?:at|arroba)\s+(?P<host>(?:(?!\bat\b)[^@])+?)\W*(?:\.|\bdot|\bpunto)\s*(?P<ending>com|net|org|edu|me|io)\W*$"
)
_LEADS_UP = re.compile(r"^\W*(?:(?:no|now|yes|okay|it's|its|it is|that's|my e-?mail(?: address)? is|hits)\W+)+")
_AMBIGUOUS = frozenset({"o", "un", "uno", "once", "doble"})
"""Words for figures that are more often something else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Email:
    """An address in lower case and where it stands. `typed` is False where it was spelled out in words."""

    address: str
    span: Span
    typed: bool


def emails_in(plain: str, *, asked: bool = False) -> list[Email]:
    """The addresses of a folded text, in order. `asked`: one was asked for, so every word before "at" is of it."""
    found = [
        Email(address=re.sub(r"\s+", "", f"{match[1]}@{match[2]}"), span=match.span(), typed=True)
        for match in _TYPED.finditer(plain)
        if not match[1].startswith(".")
    ]
    for one in _said(plain, asked=asked):
        if not any(email.span[0] < one.span[1] and one.span[0] < email.span[1] for email in found):
            found.append(one)
    return sorted(found, key=lambda email: email.span)


def read_email(alternatives: Sequence[str], evidence: Evidence) -> Reading[str] | Unread:
    """The address, lower-case."""
    tries = [
        ranked([_heard(text, spelled=evidence.spoken) for text in said]) for said in tries_of(alternatives, evidence)
    ]
    values = {
        address: _beforehand(address, evidence)
        for heard in tries
        for address in _fewest_odd(heard)
        if not address.startswith(KEYED)
    }
    for one in _as_keyed(values, tries):
        values.setdefault(one, _beforehand(one, evidence))
    for one in _by_name(values, evidence):
        values.setdefault(one, _beforehand(one, evidence) + BY_NAME)
    if any(tries):
        values |= {chart.email: OF_CHART for chart in evidence.charts if chart.email}
    keyed = [said for heard in tries[-1:] for said in heard if said.startswith(KEYED)]
    exact = {one: before for one, before in values.items() if keyed and _apart(one, keyed[0]) == 0}
    told = fitting_best(exact, tries, apart=_apart) if exact else weighed(values, tries, apart=_apart)
    if not told or not any(tries):
        return Unread(ask_by=another_way(Detail.EMAIL, evidence))
    (best, sure), *rest = told
    if slip_of(best):
        sure = min(sure, 0.6)
    return Reading(
        value=best,
        confidence=round(sure, 3),
        confirm_by=confirmed_by(Detail.EMAIL, sure, evidence, digits=False),
        also=tuple(filter(None, (slip_of(best), *(address for address, _ in rest[:3])))),
    )


def slip_of(address: str) -> str | None:
    """The address with a well-known host where this one is a slip away from it ("gmial.com"); None where it is not."""
    name, _, host = address.partition("@")
    known = [f"{host}.{ending}" for host, ending in _KNOWN_HOSTS.items() if len(host) > 3]
    if host in known or host in _OTHER_HOSTS:
        return None
    near = [other for other in known if OSA.distance(host, other, score_cutoff=1) == 1]
    return f"{name}@{near[0]}" if near else None


def _heard(text: str, *, spelled: bool) -> list[tuple[str, float]]:
    """The addresses that one alternative may have been, each with its oddness."""
    plain = folded(text)
    if is_keyed(plain):
        return [(KEYED + plain.strip(), 0.0)]
    found = [(one.address, 0.0 if one.typed else SAID_ODD) for one in emails_in(plain, asked=True)]
    if not spelled:
        return found
    placed = _SPELLED_HOST.search(plain) or _LAST_HOST.search(plain)
    if placed is None:
        return found
    host, before = _nearest_host(placed), _LEADS_UP.sub(" ", plain[: placed.start()])
    for sign_words in (True, False):
        signed = _SIGN_WORDS.sub(lambda match: f" {_SIGN_LETTER[match[1]]} ", before) if sign_words else before
        found += [(f"{one}@{host}", odd + SPELLED_ODD) for one, odd in _boxes(signed)]
        if not _SIGN_WORDS.search(before):
            break
    return found


def _boxes(before: str) -> Iterator[tuple[str, float]]:
    """What is spelled before the host, its signs in place."""
    parts = re.split(r"\s([._+-])\s", f" {before} ")
    readings = [[(part, 0.0)] if place % 2 else _letters(part) for place, part in enumerate(parts)]
    if any(not part for part in readings):
        return
    beam = [("", 0.0)]
    for part in readings:
        beam = sorted(((done + one, odd + more) for done, odd in beam for one, more in part), key=lambda one: one[1])
        beam = beam[:_MOST_BOXES]
    yield from beam


def _letters(part: str) -> list[tuple[str, float]]:
    return [(one.signs, one.oddness) for one in spelled_readings(part)[:_MOST_BOXES]]


def _nearest_host(placed: re.Match[str]) -> str:
    """The host that was said: a well-known one where it is near it."""
    said, ending = re.sub(r"[^a-z0-9-]", "", placed["host"]), placed["ending"]
    if len(placed["host"].split()) > 3 and (spelled := spelled_readings(placed["host"])):
        said = spelled[0].signs
    near = min(_KNOWN_HOSTS, key=lambda host: OSA.normalized_distance(host, said))
    if OSA.normalized_distance(near, said) <= NEAR_HOST:
        return f"{near}.{_KNOWN_HOSTS[near]}"
    return f"{said}.{ending}"


def _as_keyed(values: Mapping[str, float], tries: Sequence[Heard]) -> list[str]:
    """What was heard, with the letters that its keys do not have put right."""
    keyed = [signs[1:] for heard in tries for signs in heard if signs.startswith(KEYED)]
    return [
        f"{as_keyed(box, keys)}@{host}"
        for keys in keyed
        for box, _, host in (address.partition("@") for address in values)
        if len(box) == len(keys) and BETWEEN not in keys
    ]


def _fewest_odd(heard: Heard) -> list[str]:
    return sorted(heard, key=lambda one: heard[one])[:_MOST_BOXES]


def _by_name(values: Mapping[str, float], evidence: Evidence) -> Iterator[str]:
    """The addresses that people of that name usually have, at the hosts that were heard."""
    one = re.sub(r"[^a-z]", "", folded(evidence.known_given or ""))
    other = re.sub(r"[^a-z]", "", folded(evidence.known_family or ""))
    if not (one and other):
        return
    for address in list(values):
        box, _, host = address.partition("@")
        figures = re.search(r"\d*$", box)
        end = figures.group() if figures else ""
        for way in (
            *(
                f"{one}.{other}",
                f"{one}{other}",
                f"{one[0]}{other}",
                f"{other}.{one}",
                f"{one}_{other}",
                f"{one}{other[0]}",
            ),
            *(f"{other}{one}", f"{one[0]}.{other}", f"{one}-{other}", f"{other}{one[0]}", one, other),
        ):
            yield f"{way}{end}@{host}"


def _all_in(text: str) -> list[Email]:
    return emails_in(folded(text), asked=True)


def _beforehand(address: str, evidence: Evidence) -> float:
    name, _, host = address.partition("@")
    known = KNOWN_HOST if host.split(".")[0] in _KNOWN_HOSTS else 0.0
    given = folded(evidence.known_given or "")
    return known + (WITH_NAME if len(given) > 2 and given in name else 0.0)


def _apart(address: str, heard: str) -> float:
    (box, _, host), (said, _, said_host) = address.partition("@"), heard.partition("@")
    if heard.startswith(KEYED):
        return PER_KEY * OSA.distance(keys_of(box), heard[1:])
    by_letters = min(1.8 * OSA.distance(box, said), letters_apart(box, said))
    return by_letters + 1.8 * OSA.distance(host, said_host)


def _said(plain: str, *, asked: bool) -> Iterator[Email]:
    for match in _HOST.finditer(plain):
        host = _host(match["host"])
        before = plain[: match.start()]
        start, name = _name_before(before, asked=asked)
        if name and len(name) <= LONGEST_NAME and host:
            end = match.end()
            together = _TOGETHER.match(plain, end)
            yield Email(address=f"{name}@{host}", span=(start, together.end() if together else end), typed=False)


def _host(said: str) -> str:
    said = re.sub(r"\s*\.\s*|\s+(?:dot|punto|point)\s+", ".", said.replace("c o m", "com"))
    for pattern, name in _MISHEARD_HOST:
        if match := re.match(rf"(?:{pattern})(?=\.|$)", said):
            said = name + said[match.end() :]
            break
    if "." not in said:
        return f"{said}.{_KNOWN_HOSTS.get(said, 'com')}"
    return re.sub(r"\s+", "", said)


def _name_before(before: str, *, asked: bool) -> tuple[int, str]:
    """What stands before the "at" as the name of the box, and where it begins; "" where nothing can."""
    together = [match for match in _TOGETHER.finditer(before) if not before[match.end() :].strip(" ,")]
    whole = bool(together) or asked
    end = together[-1].start() if together else len(before)
    cue = None
    for match in _CUE.finditer(before, 0, end):
        cue = match
    from_cue = cue.end() if cue else 0
    stop = max(from_cue, *(before.rfind(sign, 0, end) + 1 for sign in f"{BARRIER},;:!?\n"), 0)
    tokens = list(_TOKEN.finditer(before, stop, end))
    announced = cue is not None and cue.end() == stop
    nothing_else = not any(token.group() in words("before_email") for token in tokens)
    if tokens and (whole or announced or nothing_else):
        taken = _without_opening(tokens)
    else:
        taken = _held_together(tokens, before[:end])
    if not taken or before[taken[-1].end() : end].strip():
        return 0, ""
    return taken[0].start(), _as_name(before[taken[0].start() : end])


def _without_opening(tokens: Sequence[re.Match[str]]) -> Sequence[re.Match[str]]:
    """The tokens after words that only lead up to an address: "sure, it's"."""
    first = 0
    while first < len(tokens) - 1 and (_is_sign(tokens[first].group()) or _leads_up(tokens, first)):
        first += 1
    return tokens[first:]


def _leads_up(tokens: Sequence[re.Match[str]], at: int) -> bool:
    text = tokens[at].group()
    spells = len(text) == 1 and (
        len(tokens[at + 1].group()) == 1 or tokens[at + 1].group() in ("as", "for", "de", "como")
    )
    return text in words("before_email") and not spells and not _is_sign(tokens[at + 1].group())


def _held_together(tokens: Sequence[re.Match[str]], before: str) -> Sequence[re.Match[str]]:
    """From the end those that signs, letters, figures or no space hold together."""
    first = len(tokens) - 1
    while first > 0:
        text, after = tokens[first - 1].group(), tokens[first].group()
        joined = tokens[first - 1].end() == tokens[first].start() or _is_sign(text) or _is_sign(after)
        short = any(len(one) == 1 or one.isdigit() or one in number_words() - _AMBIGUOUS for one in (text, after))
        if not joined and (not short or text in words("before_email")):
            break
        first -= 1
    return tokens[max(first, 0) :]


def _is_sign(text: str) -> bool:
    return text in _SIGNS or text in "._+-"


def _as_name(said: str) -> str:
    """ "maria dot gonzalez eighty four" as "maria.gonzalez84"."""
    for one in reversed(spelled_in(said)):
        said = f"{said[: one.span[0]]} {one.letters} {said[one.span[1] :]}"
    written: list[str] = []
    for part in re.split(r"((?<!\w)(?:" + "|".join(sorted(_SIGNS, key=len, reverse=True)) + r")(?!\w)|[._+-])", said):
        text = part.strip()
        if text in _SIGNS or text in ("", ".", "_", "+", "-"):
            written.append(_SIGNS.get(text, text))
        else:
            written.append(_figures_written(text))
    return "".join(written).strip(".")


def _figures_written(said: str) -> str:
    """The words with no spaces, words for figures as figures, "b as in boy" as b."""
    said_words = _TOKEN.findall(said)
    told, at = "", 0
    while at < len(said_words):
        letter = letter_at(said_words[at : at + 4], 0)
        if letter and (letter[1] > 1 or len(said_words[at]) == 1):
            told, at = told + letter[0], at + letter[1]
            continue
        end = at
        while end < len(said_words) and (said_words[end].isdigit() or said_words[end] in number_words() - _AMBIGUOUS):
            end += 1
        figures = renderings(" ".join(said_words[at:end]), fits=str.isdigit, most=1) if end > at else []
        if figures and figures[0].oddness < 1.0:
            told, at = told + figures[0].signs, end
        else:
            told, at = told + said_words[at], at + 1
    return told
