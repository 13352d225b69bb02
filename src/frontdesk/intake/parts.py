"""A visit's forms as the pages on which they are filled in: one for each group, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from frontdesk.domain.questionnaire import Answers, Item, Kind, Questionnaire, Signed, Value
from frontdesk.intake.enabling import enabled
from frontdesk.intake.missing import Progress, missing, progress


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One page: a group of a form. Items that stand in no group share a page, whose group has no linkId."""

    form: Questionnaire
    group: Item

    @property
    def link_ids(self) -> tuple[str, ...]:
        """Of everything on it that is asked or read."""
        return tuple(item.link_id for item in self.group.below() if item.link_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Filling:
    """The forms of a visit, by how far they are. `answers`: of each form, by its id."""

    forms: tuple[Questionnaire, ...]
    answers: Mapping[str, Answers]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every page there could be; those that are not asked keep their number."""
        return tuple(Part(form=form, group=group) for form in self.forms for group in _groups(form))

    def of(self, form: Questionnaire) -> Answers:
        """What was answered in a form so far."""
        return self.answers.get(form.id, {})

    def is_asked(self, part: Part) -> bool:
        """Whether anything of a page is asked or to be read."""
        return not enabled(part.form, self.of(part.form)).isdisjoint(part.link_ids)

    def next_after(self, number: int) -> int:
        """The number of the page after that one; as many as there are pages: the last, on which all is handed in."""
        parts = self.parts
        return next((one for one in range(number + 1, len(parts)) if self.is_asked(parts[one])), len(parts))

    def before(self, number: int) -> int | None:
        """The number of the page before it, where there is one."""
        parts = self.parts
        return next((one for one in range(min(number, len(parts)) - 1, -1, -1) if self.is_asked(parts[one])), None)

    def unfinished(self) -> int:
        """The number of the first page on which something is missing; as many as there are: everything is there."""
        parts = self.parts
        for number, part in enumerate(parts):
            if self.is_asked(part) and missing(part.form, self.of(part.form), within=[part.group]):
                return number
        return len(parts)

    def progress(self) -> Progress:
        """How far all of them are together."""
        each = [progress(form, self.of(form)) for form in self.forms]
        return Progress(answered=sum(one.answered for one in each), wanted=sum(one.wanted for one in each))

    def with_answers(self, form: Questionnaire, given: Mapping[str, tuple[Value, ...]]) -> "Filling":
        """The same with these answers, () for a question whose answer was taken back.

        Whoever changes an answer after they signed signs again: they did not sign what stands there now.
        """
        before = self.of(form)
        after = {link_id: answer for link_id, answer in {**before, **given}.items() if answer}
        if _unsigned(before) != _unsigned(after):
            signed_now = {link_id for link_id, answer in given.items() if answer and isinstance(answer[0], Signed)}
            after = {
                link_id: answer
                for link_id, answer in after.items()
                if not isinstance(answer[0], Signed) or link_id in signed_now
            }
        return replace(self, answers={**self.answers, form.id: after})


def _groups(form: Questionnaire) -> Sequence[Item]:
    groups: list[Item] = []
    for is_group, items in groupby(form.items, key=lambda item: item.kind is Kind.GROUP):
        found = tuple(items)
        groups += found if is_group else (Item(link_id="", kind=Kind.GROUP, items=found),)
    return groups


def _unsigned(answers: Answers) -> Answers:
    return {link_id: given for link_id, given in answers.items() if given and not isinstance(given[0], Signed)}
