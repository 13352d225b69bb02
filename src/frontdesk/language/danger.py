"""Words that sound like an emergency: heard before anything else, in both languages, however spelled."""

import re

from frontdesk.dialogue.acts import Danger
from frontdesk.language.script import Span
from frontdesk.language.vocabulary import phrases

_CLAUSE_END = re.compile(r"[.;!?\n]|,?\s(?:but|pero|however)\s")
_REACH_OF_NO = 40
_LISTED = re.compile(r"(?:[\w' ]*\w(?:,| or| and| nor| ni| o| y))+ *(?:any |a |other )?")
"""What may stand between "no" and the last of a list: "no fever, chills or " """


def danger_in(plain: str) -> tuple[Danger, Span] | None:
    """The gravest danger spoken of, and where; None when there is none, or it is denied or long past."""
    for danger, names in (
        (Danger.SELF_HARM, ("danger_self_harm",)),
        (Danger.MEDICAL, ("danger_medical",)),
        (Danger.AFTER_TREATMENT, ("danger_after_treatment",)),
    ):
        for name in names:
            if span := _said(plain, name):
                return danger, span
    if phrases("treatment_spoken_of").search(plain) and (span := _said(plain, "danger_after")):
        return Danger.AFTER_TREATMENT, span
    return None


def _said(plain: str, name: str) -> Span | None:
    for match in phrases(name).finditer(plain):
        if not (_denied(plain, match.start()) or phrases("danger_past_or_asked").search(_sentence(plain, match))):
            return match.span()
    return None


def _denied(plain: str, at: int) -> bool:
    """Whether a "no" stands right before, in the same clause."""
    before = plain[max(0, at - _REACH_OF_NO) : at]
    ends = list(_CLAUSE_END.finditer(before))
    clause = before[ends[-1].end() :] if ends else before
    return any(
        not clause[match.end() :].strip() or _LISTED.fullmatch(clause, match.end())
        for match in phrases("danger_not").finditer(clause)
    )


def _sentence(plain: str, match: re.Match[str]) -> str:
    start = max(plain.rfind(mark, 0, match.start()) for mark in ".!?\n") + 1
    ends = [place for mark in ".!?\n" if (place := plain.find(mark, match.end())) >= 0]
    return plain[start : min(ends, default=len(plain))]
