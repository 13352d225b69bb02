"""What makes a form one that cannot be shown: R4's own invariants (que-1 to que-13), and what our pages cannot do."""

import re

from frontdesk.domain.questionnaire import Coded, Item, Kind, Questionnaire
from frontdesk.intake.known import CARD, ELEMENTS
from frontdesk.standards.document import did_you_mean
from frontdesk.standards.questionnaire_parts import Json, Reading, text_of

ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def check_head(resource: Json, name: str, reading: Reading) -> None:
    """What the form says of itself."""
    kind = resource.get("resourceType")
    if kind != "Questionnaire":
        reading.wrong("", f"found resourceType {kind!r}", 'wanted "resourceType": "Questionnaire"')
    if not ID.fullmatch(name):
        reading.wrong("", "the file's name is no FHIR id", "use up to 64 letters, digits and hyphens")
    if resource.get("id") != name:
        reading.wrong(
            "", f"found the id {resource.get('id')!r}", f'the file and the form have one name: "id": "{name}"'
        )
    if not text_of(resource, "url"):
        reading.wrong("", "url is missing", "add an address of your own that names this form, such as https://...")
    if not text_of(resource, "title"):
        reading.wrong("", "title is missing", "add what patients see at its top")
    if not resource.get("item"):
        reading.wrong("", "it asks nothing", "add at least one item")


def check_item(item: Item, raw: Json, reading: Reading) -> None:
    """The invariants of R4, and what a page of ours cannot do."""
    at, kind = item.link_id, item.kind
    takes_choice = kind in {Kind.CHOICE, Kind.OPEN_CHOICE}
    checks = (
        (kind is Kind.GROUP and not item.items, "a group without items", "put the questions in it"),
        (item.is_question and bool(item.items), "questions below a question", "put them beside it, with enableWhen"),
        (kind is Kind.DISPLAY and bool(item.items), "items below words to read", "make it a group"),
        (kind is not Kind.GROUP and not item.texts, "text is missing", "add what the patient reads"),
        (not item.is_question and item.required, "required, where nothing is asked", "take required away"),
        (kind is Kind.GROUP and item.repeats, "a group that repeats", "ask once, or ask in one text question"),
        (item.repeats and kind not in {Kind.CHOICE, Kind.OPEN_CHOICE, Kind.ATTACHMENT, Kind.GROUP},
         f"a {kind.value} that repeats", "only choices and attachments may; use a text question for a list"),
        ("answerValueSet" in raw, "answerValueSet", "list the choices as answerOption"),
        (bool(item.options) and not takes_choice, "answerOption on no choice", "make its type choice"),
        (takes_choice and not item.options, "a choice of nothing", "list the choices as answerOption"),
        (bool(item.options) and bool(item.initial), "both answerOption and initial", "leave initial away"),
        (len(item.initial) > 1 and not item.repeats, "several initial answers", "leave one, or let it repeat"),
        (item.max_length is not None and kind not in {Kind.STRING, Kind.TEXT, Kind.OPEN_CHOICE},
         f"maxLength on {kind.value}", "take it away; it is for texts"),
        (len(item.enable_when) > 1 and raw.get("enableBehavior") not in {"all", "any"},
         "several enableWhen", 'say "enableBehavior": "all" or "any"'),
        (item.signature and kind is not Kind.STRING, f"a signature on {kind.value}",
         "put the extension on a string item in the group whose words are signed"),
        (bool(item.definition) and item.definition not in ELEMENTS, f"the definition ends in {item.definition!r}",
         did_you_mean(item.definition, tuple(ELEMENTS)) or f"known are {', '.join(sorted(ELEMENTS))}"),
        (item.definition == CARD and kind is not Kind.ATTACHMENT, "a card that is no attachment", "make it one"),
        ("modifierExtension" in raw, "modifierExtension", "take it away: it would change what the form means"),
    )  # fmt: skip
    for holds, found, wanted in checks:
        if holds:
            reading.wrong(at, found, wanted)


def check_whole(questionnaire: Questionnaire, reading: Reading) -> None:
    """What its items say of each other."""
    items = list(questionnaire.every_item())
    known = {item.link_id: item for item in items}
    if len(known) < len(items):
        twice = sorted({one.link_id for one in items if sum(other.link_id == one.link_id for other in items) > 1})
        for link_id in twice:
            reading.wrong(link_id, "this linkId stands twice", "give each item one of its own")
    if any(item.signature for item in items) and not questionnaire.version:
        reading.wrong("", "it is signed, and has no version", 'add "version", and raise it when the words change')
    if any(item.signature for item in questionnaire.items):
        reading.wrong("", "a signature stands alone", "put it in a group with the words that are signed")
    for item in items:
        for condition in item.enable_when:
            asked = known.get(condition.question)
            if asked is None or not asked.is_question:
                wanted = did_you_mean(condition.question, tuple(known)) or "name the linkId of a question"
                reading.wrong(item.link_id, f'enableWhen asks for "{condition.question}"', wanted)
            elif condition.question == item.link_id:
                reading.wrong(item.link_id, "enableWhen asks for itself", "name another question")
            elif isinstance(condition.answer, Coded) and not any(
                option.value == condition.answer for option in asked.options
            ):
                codes = ", ".join(option.value.code for option in asked.options)
                reading.wrong(
                    item.link_id, f'enableWhen waits for "{condition.answer.code}"', f"{asked.link_id} offers {codes}"
                )
