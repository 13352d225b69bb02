"""A paper for a patient's chart: what stands on it, line by line, before it is drawn as a PDF or said in one line."""

from dataclasses import dataclass
from enum import Enum


class Look(Enum):
    """How a line looks."""

    HEADING = "heading"
    QUESTION = "question"
    ANSWER = "answer"
    PLAIN = "plain"
    SMALL = "small"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line, however long; where it ends on the page is for whoever draws it."""

    look: Look
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """`title` stands above; `language` is that of the words, as in BCP 47."""

    title: str
    language: str
    lines: tuple[Line, ...]


def in_one_line(paper: Paper) -> str:
    """The same as one line for a note, whose line ends many systems lose: "Form: question: answer; question: answer".

    What is small on the paper is left out.
    """
    parts: list[str] = []
    before: Look | None = None
    for line in paper.lines:
        text = " ".join(line.text.split())
        if line.look is Look.SMALL or not text:
            continue
        if line.look is Look.ANSWER and before is Look.QUESTION and not parts[-1].endswith((":", "?")):
            parts[-1] = f"{parts[-1]}: {text}"
        elif line.look is Look.ANSWER and parts:
            parts[-1] = f"{parts[-1]} {text}"
        else:
            parts.append(text)
        before = line.look
    return f"{paper.title}. {'; '.join(parts)}"
