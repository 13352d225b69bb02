"""Forms that patients fill in: FHIR R4 Questionnaire, as far as the desk can show one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType
from uuid import UUID


class Kind(Enum):
    """What an item is: the part of FHIR's item-type that a patient's page can ask for."""

    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    STRING = "string"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    OPEN_CHOICE = "open-choice"
    ATTACHMENT = "attachment"


class Operator(Enum):
    """How an answer is compared: FHIR's questionnaire-enable-operator."""

    EXISTS = "exists"
    EQUALS = "="
    DIFFERS = "!="
    ABOVE = ">"
    BELOW = "<"
    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True, kw_only=True, slots=True)
class Coded:
    """A choice: FHIR Coding. Two are the same where system and code are."""

    code: str
    system: str = ""
    display: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attached:
    """A file that was handed in; its content is kept elsewhere, under the id. `size` in bytes."""

    id: UUID
    kind: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """A signature: the name as it was typed, and the drawing, where one was made, as the bytes of a PNG.

    `words` are what stood above it, in the `language` that it was read in, of that `version` of the form.
    """

    name: str
    when: datetime
    words: str
    version: str
    language: str
    drawn: bytes = field(default=b"", repr=False)


Value = bool | int | str | date | Coded | Attached | Signed
Answers = Mapping[str, tuple[Value, ...]]
"""What was answered, by linkId; a question without an answer is not in it."""

Texts = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EnableWhen:
    """An item is asked where the answer to `question` stands in this relation to `answer`."""

    question: str
    operator: Operator
    answer: bool | int | str | date | Coded


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One choice with its words; an `exclusive` one ("none of these") goes with no other."""

    value: Coded
    texts: Texts
    exclusive: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A group, a question or words to read. `definition` is the element that the answer is of ("Patient.birthDate").

    `enable_any`: one of `enable_when` is enough. `signature`: the answer is a signature under the words of its group.
    """

    link_id: str
    kind: Kind
    texts: Texts = field(default_factory=lambda: MappingProxyType({}))
    prefix: str = ""
    definition: str = ""
    required: bool = False
    repeats: bool = False
    read_only: bool = False
    max_length: int | None = None
    options: tuple[Option, ...] = ()
    initial: tuple[Value, ...] = ()
    enable_when: tuple[EnableWhen, ...] = ()
    enable_any: bool = False
    signature: bool = False
    items: tuple["Item", ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether it takes an answer."""
        return self.kind not in {Kind.GROUP, Kind.DISPLAY}

    def below(self) -> Iterator["Item"]:
        """It, and everything in it, in the order of the page."""
        yield self
        for item in self.items:
            yield from item.below()


@dataclass(frozen=True, kw_only=True, slots=True)
class Questionnaire:
    """One form. `resource` is the FHIR resource as the practice wrote it, and all that it says."""

    id: str
    url: str
    version: str
    language: str
    titles: Texts
    items: tuple[Item, ...]
    resource: Mapping[str, object] = field(repr=False)

    @property
    def canonical(self) -> str:
        """How a response names it: address and version."""
        return f"{self.url}|{self.version}" if self.version else self.url

    def every_item(self) -> Iterator[Item]:
        """Every item, in the order of the pages."""
        for item in self.items:
            yield from item.below()

    def item(self, link_id: str) -> Item | None:
        """The item of that linkId."""
        return next((item for item in self.every_item() if item.link_id == link_id), None)

    def text(self, texts: Texts, language: str) -> str:
        """A text in that language; in the form's own where there is none."""
        return texts.get(language) or texts.get(self.language, "")

    def title(self, language: str) -> str:
        """What it is called."""
        return self.text(self.titles, language) or self.id
