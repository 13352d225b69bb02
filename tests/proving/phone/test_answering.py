"""What a simulated patient does after the desk's words."""

from random import Random

from frontdesk.proving.phone.answering import Answering, Gone, Step, with_pauses, without_pauses
from frontdesk.proving.phone.details import Presses, Says
from frontdesk.proving.phone.scripts import Script

OFFER = "I have Thursday, May 28 at {} or Thursday, May 28 at {}, both with Dana. Which works better?"


def patient(**changes: object) -> Answering:
    """Maria, who can come on Thursday after noon."""
    script = Script.model_validate(
        {
            "id": "maria",
            "about": "Maria books.",
            "patient": {"name": "Maria Lopez", "phone": "512-555-0147"},
            "lines": [{"to": "how can i help", "says": "A facial on [0.5] Thursday.", "cuts_in": 2, "once": True}],
            "when": "Thursday afternoon",
            "done": "You're booked",
            "end": {"visits": [{"service": "signature-facial", "when": ["2026-05-28 after 12:00"]}]},
            **changes,
        }
    )
    return Answering(script=script, chance=Random(1))


def words(step: Step | Gone) -> str:
    """What is said in a step."""
    assert isinstance(step, Step)
    assert isinstance(step.move, Says)
    return step.move.words


def test_they_take_a_time_that_suits_and_refuse_two_that_do_not() -> None:
    assert words(patient().next(OFFER.format("12:00 PM", "5:45 PM"))) == "The first one, please."
    assert words(patient().next(OFFER.format("10:00 AM", "11:45 AM"))) == "No, Thursday afternoon."


def test_a_visit_that_is_read_back_wrong_is_not_agreed_to() -> None:
    read = "Let me check: Signature facial, {} with Kim. Maria Lopez. Shall I book it?"

    assert words(patient().next(read.format("Thursday, May 28 at 4:30 PM"))) == "Yes, please."
    assert words(patient().next(read.format("Friday, May 29 at 4:30 PM"))) == "No, Thursday afternoon."


def test_a_name_that_is_read_back_wrong_is_put_right() -> None:
    said = words(patient().next("I have Maria Gomez, that's M, A, R, I, A, then G, O, M, E, Z. Is that right?"))

    assert said.startswith("No, the last name is")


def test_they_say_once_more_what_was_not_known_and_then_go() -> None:
    maria = patient()
    maria.next("How can I help you today?")
    unknown = "I don't know that one, so I've passed your question to our team."

    assert words(maria.next(unknown)) == "A facial on [0.5] Thursday."
    assert maria.next(unknown) == Gone()


def test_they_go_when_they_have_what_they_want_or_the_line_breaks() -> None:
    broken = patient(lines=[{"to": "full name", "breaks_off": "true"}])

    assert patient().next("You're booked! Signature facial on Thursday.") == Gone()
    assert broken.next("What's your full name?") == Gone(broke=True)
    assert words(broken.next("Sorry, the line broke. What's your full name?")) == "My name is Maria Lopez."


def test_lines_can_be_keys_pauses_and_cut_in() -> None:
    pressing = patient(lines=[{"to": "works better", "presses": "2#", "waits": 3}])

    assert pressing.next(OFFER.format("1:00 PM", "2:00 PM")) == Step(move=Presses(keys="2#"), waits=3)
    assert patient().cuts_in("How can I help you today?") == 2
    assert with_pauses("A facial on [0.5] Thursday.") == ["A facial on", 0.5, "Thursday."]
    assert without_pauses("A facial on [0.5] Thursday.") == "A facial on Thursday."


def test_they_name_what_they_want_where_it_was_not_understood_or_is_one_of_several() -> None:
    assert words(patient().next("What would you like to come in for?")) == "Signature facial, please."
    assert words(patient().next("Which one would you like: HydraFacial or Signature facial?")) == (
        "Signature facial, please."
    )
