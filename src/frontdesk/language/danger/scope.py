"""Whether a danger that is named is here: not denied, not long past, not only asked about."""

from collections.abc import Mapping, Sequence
from enum import Enum

from frontdesk.dialogue.acts import Danger
from frontdesk.language.danger.concepts import Hit
from frontdesk.language.danger.reading import Word

Marks = Mapping[str, Sequence[Hit]]

_BUT = frozenset({"but", "though", "although", "however", "pero", "aunque", "except", "just", "solo"})
_SUBJECTS = frozenset({"i", "i'm", "i've", "he", "he's", "she", "she's", "my", "we", "they"})
_REACH_OF_PAST = 8
_REACH_OF_GONE = 5
_LONGEST_DENIAL = 14


class Said(Enum):
    """How a danger is spoken of."""

    NOW = "now"
    SPOKEN_OF = "spoken of"
    DENIED = "denied"


def said(
    hit: Hit,
    words: Sequence[Word],
    marks: Marks,
    *,
    through: frozenset[str],
    symptoms: set[int],
    treated: Sequence[Hit],
    kind: Danger,
) -> Said:
    """How the danger at these words is spoken of. In doubt it is here now."""
    if _denied(hit, words, marks, through=through, symptoms=symptoms):
        return Said.DENIED
    if kind is not Danger.SELF_HARM and _supposed(hit, words, marks):
        return Said.SPOKEN_OF
    if _past(hit, words, marks, treated):
        return Said.SPOKEN_OF
    if kind is not Danger.SELF_HARM and _gone(hit, words, marks):
        return Said.SPOKEN_OF
    return Said.NOW


def _denied(hit: Hit, words: Sequence[Word], marks: Marks, *, through: frozenset[str], symptoms: set[int]) -> bool:
    """Whether a "no" stands before, with nothing between but a list of such things, or right after a colon."""
    sentence = words[hit.start].sentence
    for no in marks.get("denied_by", ()):
        if words[no.start].sentence != sentence or not 0 <= hit.start - no.end <= _LONGEST_DENIAL:
            continue
        between = range(no.end, hit.start)
        answers = words[no.end - 1].text in ("no", "nope")
        if answers and (
            words[no.end - 1].comma or words[no.end].text in _SUBJECTS
        ):  # "no, I have", "no I can't breathe"
            continue
        if all(place in symptoms or words[place].text in through for place in between):
            never = words[no.start].text in ("never", "nunca")
            after = [one for one in marks.get("unless", ()) if hit.end <= one.start <= hit.end + 3]
            if not (never and after):
                return True
    return any(
        0 <= none.start - hit.end <= 1 and none.end == _sentence_end(words, none.start)
        for none in marks.get("answer", ())
        if none.start < len(words) and words[none.start].sentence - sentence <= 1
    )


def _sentence_end(words: Sequence[Word], at: int) -> int:
    end = at
    while end < len(words) and words[end].sentence == words[at].sentence and not (end > at and words[end - 1].comma):
        end += 1
    return end


def _supposed(hit: Hit, words: Sequence[Word], marks: Marks) -> bool:
    """Whether the sentence asks in general, or fears: "can filler cause blindness?"."""
    sentence = words[hit.start].sentence
    asking = [one for one in marks.get("supposed", ()) if words[one.start].sentence == sentence and one.start < hit.end]
    if not asking:
        return False
    begun = max(one.start for one in asking)
    return not any(
        words[one.start].sentence == sentence and (one.end > begun or one.start >= hit.end)
        for one in marks.get("supposed_but", ())
    )


def _past(hit: Hit, words: Sequence[Word], marks: Marks, treated: Sequence[Hit]) -> bool:
    """Whether it is told of long ago, and the time is not that of the treatment."""
    sentence = words[hit.start].sentence
    here = [one for one in marks.get("past", ()) if words[one.start].sentence == sentence]
    if not here or any(words[one.start].sentence == sentence for one in marks.get("now", ())):
        return False
    for mark in here:
        distance = mark.start - hit.end if mark.start >= hit.end else hit.start - mark.end
        if distance > _REACH_OF_PAST:
            continue
        of_treatment = any(
            words[one.start].sentence == sentence
            and abs(mark.start - one.end) <= 6
            and (hit.end <= one.start or one.end <= hit.start)
            and not (mark.start >= hit.end and one.start >= mark.end)
            and not (mark.start >= hit.end and one.end <= hit.start)
            for one in treated
        )
        if not of_treatment:
            return True
    return False


def _gone(hit: Hit, words: Sequence[Word], marks: Marks) -> bool:
    sentence = words[hit.start].sentence
    return any(
        words[one.start].sentence == sentence
        and 0 <= one.start - hit.end <= _REACH_OF_GONE
        and not any(words[place].text in _BUT for place in range(hit.end, one.start))
        for one in marks.get("gone", ())
    )
