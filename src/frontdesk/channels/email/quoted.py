"""What somebody wrote in a mail, without what their program quotes below it, and without its signature."""

import re
from html.parser import HTMLParser

MOST = 8000
"""So many characters of a mail are taken in."""

# The lines that mail programs put above what they quote: Gmail, Apple Mail, Thunderbird, Outlook; English and Spanish.
_BEGINS_QUOTE = re.compile(
    r"^[ \t]*(?:"
    r"On\b.{4,200}?\bwrote:"
    r"|El\b.{4,200}?\bescribi[oó]:"
    r"|-{2,}\s*(?:Original Message|Forwarded message|Mensaje original|Mensaje reenviado)\s*-{2,}"
    r"|_{20,}"
    r"|\*?(?:From|De):\*?[ \t].*\n[ \t]*\*?(?:Sent|Date|To|Enviado(?: el)?|Fecha|Para):\*?[ \t]"
    r")",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)
_FROM_A_PHONE = re.compile(
    r"^[ \t]*(?:Sent from (?:my|Outlook|Yahoo|AOL|the)\b|Get Outlook for\b|Enviado desde (?:mi|Outlook|Yahoo)\b)"
    r".{0,80}$",
    re.MULTILINE | re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_BLOCKS = {"p", "div", "br", "tr", "li", "blockquote", "h1", "h2", "h3", "table"}
_UNSEEN = {"style", "script", "head", "title"}


def own_words(text: str) -> str:
    """What the writer wrote themselves; where they wrote below what is quoted, that."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u202f", " ")
    quote = _BEGINS_QUOTE.search(text)
    above = _tidy(text[: quote.start()] if quote else text)
    return (above or _tidy(text[quote.end() :] if quote else ""))[:MOST]


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n") if not line.lstrip().startswith(">")]
    words = "\n".join(lines)
    for ends in (_SIGNATURE, _FROM_A_PHONE):
        if (end := ends.search(words)) is not None:
            words = words[: end.start()]
    return re.sub(r"\n{3,}", "\n\n", words).strip()


def words_of_page(page: str) -> str:
    """The words of an HTML mail in lines, without what stands in a quotation."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    return "".join(reader.words)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen: list[str] = []
        """The elements that are open, from the first one whose words are not the writer's."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"br", "img", "hr", "meta", "link", "input"}:
            self.words += ["\n"] if tag == "br" and not self._unseen else []
            return
        quotes = any(name == "class" and value and "quote" in value for name, value in attrs)
        if self._unseen or tag in _UNSEEN or tag == "blockquote" or quotes:
            self._unseen.append(tag)
        elif tag in _BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass
        elif tag in _BLOCKS and not self._unseen:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(re.sub(r"\s+", " ", data))
