"""What a reply sounds like: sentences for a voice, and the links, which nobody can hear."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from frontdesk.language.catalogue import catalogue

_LINK = re.compile(r"\S+://\S+")
_END = re.compile(r"(?<=[.!?])(?<!\bDr\.)(?<!\bMs\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bSt\.)\s+(?=[\"'A-ZÁÉÍÓÚÑ¿¡])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?:\+1[ -]?)?\(?(\d{3})\)?[ -]?(\d{3})-?(\d{4})\b")
_POSTCODE = re.compile(r"(?<=\b[A-Z]{2} )\d{5}(?:-\d{4})?\b")
_SHORT_NUMBER = re.compile(r"(?<![\d$.,-])(?:911|988)(?![\d%]|[-.,]\d)")
"""Numbers that are called figure by figure: a voice makes "nine hundred eleven" of 911."""
_FULL_HOUR = re.compile(r"\b(\d{1,2}):00(?= [AP]M\b)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Aloud:
    """A reply for the ear. `sentences` are said one after another, `links` go another way."""

    sentences: tuple[str, ...]
    links: tuple[str, ...] = ()


def aloud(text: str, language: str) -> Aloud:
    """A reply as it is said: numbers figure by figure, e-mail word by word, a full hour without its noughts."""
    links = tuple(_LINK.findall(text))
    said = re.sub(r":\s*$", ".", _LINK.sub("", text), flags=re.MULTILINE)
    return Aloud(sentences=tuple(_sentences(_as_said(said, language))), links=links)


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from (sentence for part in _END.split(line) if (sentence := part.strip()))


def _as_said(text: str, language: str) -> str:
    told = catalogue(language)

    def mail(match: re.Match[str]) -> str:
        return match.group().replace(".", told.say("aloud_dot")).replace("@", told.say("aloud_at"))

    text = _MAIL.sub(mail, text)
    text = _PHONE.sub(lambda match: ", ".join(" ".join(group) for group in match.groups()), text)
    text = _POSTCODE.sub(lambda match: " ".join(match.group().replace("-", "")), text)
    text = _SHORT_NUMBER.sub(lambda match: " ".join(match.group()), text)
    return _FULL_HOUR.sub(r"\1", text)
