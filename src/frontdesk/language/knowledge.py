"""Questions the practice has an approved answer to."""

import re
from dataclasses import dataclass

from frontdesk.domain.practice import Practice
from frontdesk.language.script import Span, folded
from frontdesk.language.vocabulary import phrases, words

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_SENTENCE = re.compile(r"[^.?!\n]+[.?!]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question and the topic of its answer; "" where the practice has none."""

    topic: str
    span: Span


def questions_in(plain: str, practice: Practice) -> list[Asked]:
    """The questions of a message, sentence by sentence, each with the topic that answers it best."""
    found: list[Asked] = []
    for sentence in _SENTENCE.finditer(plain):
        asks = "?" in sentence.group() or phrases("question").match(sentence.group().lstrip(" ,¿"))
        topic = _topic(sentence.group(), practice, asks=bool(asks))
        if topic is not None or asks:
            start = sentence.start() + len(sentence.group()) - len(sentence.group().lstrip())
            found.append(Asked(topic=topic or "", span=(start, sentence.end())))
    return found


def _topic(sentence: str, practice: Practice, *, asks: bool) -> str | None:
    said = {_stem(word) for word in _WORD.findall(sentence)}
    best: tuple[int, str] | None = None
    for answer in practice.knowledge:
        for asked in answer.asked:
            wanted = {_stem(word) for word in _WORD.findall(folded(asked))}
            telling = {word for word in wanted if word not in words("small_words")} or wanted
            enough = asks or len(telling) > 1 or len(said) <= 3
            if enough and telling <= said and (best is None or len(telling) + len(wanted & said) / 100 > best[0]):
                best = (len(telling) + len(wanted & said) / 100, answer.topic)  # type: ignore[assignment]
    return best[1] if best else None


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
