"""What patients are told, by language: read from the files beside this one, checked whole when loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import yaml

from frontdesk.domain.faults import Impossible

LANGUAGES = ("en", "es")

_WHEN = {"when"}
_OFFER = {"times", "who"}

TEXTS: Mapping[str, frozenset[str]] = {
    key: frozenset(fills)
    for key, fills in {
        "date": {"weekday", "month", "day"},
        "date_with_year": {"weekday", "month", "day", "year"},
        "moment": {"date", "clock"},
        "moment_at_one": {"date", "clock"},
        "two_or": {"one", "other"},
        "many_or": {"most", "last"},
        "hours_at": {"at"},
        "hours_from": {"at"},
        "hours_before": {"at"},
        "hours_between": {"start", "end"},
        "hours_done_by": {"at"},
        "days_between": {"start", "end"},
        "days_from": {"start"},
        "days_until": {"end"},
        "every": {"days"},
        "any_time": set(),
        "hello": {"assistant", "practice"},
        "automated": {"assistant", "practice"},
        "disclosure_ai": {"assistant", "practice", "phone"},
        "disclosure_ai_care": {"assistant", "practice", "phone"},
        "disclosure_ai_person": {"assistant", "practice", "phone"},
        "how_to_stop": {"practice"},
        "help": {"practice", "phone"},
        "ask_how_to_help": set(),
        "call_opening": {"assistant", "practice", "phone", "disclosed", "given"},
        "call_message": {"assistant", "practice", "phone", "given"},
        "call_message_time": {"assistant", "practice", "phone", "given", "when"},
        "call_reminder": _WHEN,
        "call_reminder_several": _WHEN,
        "call_ask_right_person": {"given"},
        "call_only_for_them": {"given"},
        "call_not_them": {"practice", "phone"},
        "call_calls_ended": {"practice"},
        "call_changed_since": {"practice"},
        "ask_service": set(),
        "ask_service_to_wait": set(),
        "ask_service_among": {"services"},
        "ask_first_visit": {"service", "practice"},
        "ask_time": set(),
        "ask_reading": {"readings"},
        "offered": _WHEN,
        "offered_with": {"when", "who"},
        "offer_one": _OFFER,
        "offer_two": _OFFER,
        "offer_many": _OFFER,
        "offer_two_mixed": {"times"},
        "offer_many_mixed": {"times"},
        "not_exact": set(),
        "not_exact_again": set(),
        "not_exact_on": {"day"},
        "not_exact_with": {"who"},
        "not_exact_with_again": {"who"},
        "ask_one_offer": {"times"},
        "ask_which_offer": {"times"},
        "nothing_free": set(),
        "taken": _WHEN,
        "holding": {"when", "who"},
        "ask_name_and_phone": set(),
        "ask_name_and_phone_texting": set(),
        "ask_name": set(),
        "ask_family_name": {"given"},
        "ask_phone": set(),
        "ask_email": set(),
        "read_back": {"service", "when", "who", "name", "phone", "email"},
        "read_back_without_email": {"service", "when", "who", "name", "phone"},
        "booked": {"service", "when", "who", "practice", "address"},
        "requested": {"service", "when", "who", "practice", "address"},
        "entered": {"service", "when", "who", "practice", "address"},
        "booked_email": {"email"},
        "booked_intake": {"link"},
        "visit_moved": {"practice", "when", "who", "phone"},
        "visit_cancelled": {"practice", "when", "phone"},
        "visits_cancelled": {"practice", "whens", "phone"},
        "not_booked": set(),
        "ask_what_to_change": set(),
        "already_booked": set(),
        "already_requested": set(),
        "ask_who_you_are": set(),
        "ask_who_you_are_texting": set(),
        "ask_birth_date": set(),
        "ask_birth_date_file": set(),
        "ask_phone_on_file": set(),
        "ask_code_wanted": set(),
        "ask_code": set(),
        "ask_code_again": set(),
        "ask_which_visit": {"visits"},
        "visit": {"service", "when", "who"},
        "visit_requested": {"service", "when", "who"},
        "visit_of": {"visit", "given"},
        "visit_by_time": _WHEN,
        "your_visit": {"visit"},
        "your_visits": {"visits"},
        "no_visits": {"phone"},
        "visit_past": {"visit", "phone"},
        "ask_new_time": {"visit"},
        "read_back_move": {"visit", "when", "who"},
        "read_back_cancel": {"visit"},
        "ask_other_visit": {"visits"},
        "next_visit": {"visit"},
        "form_with_visit": set(),
        "who_that_is": {"who", "practice"},
        "who_works_on": {"who", "days"},
        "each_week": {"days"},
        "some_weeks": {"days"},
        "service_who": {"service", "who"},
        "with_title": {"who", "title"},
        "read_back_cancel_all": {"visits"},
        "late_notice": {"hours"},
        "visit_kept": set(),
        "emergency_medical": set(),
        "emergency_after_treatment": {"phone"},
        "emergency_self_harm": set(),
        "emergency_dental": {"phone"},
        "emergency_again": set(),
        "emergency_again_self_harm": set(),
        "emergency_again_dental": {"phone"},
        "emergency_passed_on": set(),
        "alerted": set(),
        "others_visit": {"phone"},
        "is_cancelled": set(),
        "not_yet": set(),
        "waits_for_yes": set(),
        "all_clear": set(),
        "service_now": {"service"},
        "service_first": {"service"},
        "service_next": {"service"},
        "why_email": set(),
        "why_phone": set(),
        "why_birth_date": set(),
        "we_do": set(),
        "we_have": {"service"},
        "person_asked": set(),
        "person_through": set(),
        "nobody_free": {"when"},
        "missed_each_other": {"when"},
        "call_goes_on": {"service"},
        "call_goes_on_at": {"service", "when"},
        "person_clinical": {"phone"},
        "person_clinical_beforehand": set(),
        "person_history": set(),
        "person_change": set(),
        "ask_first_visit_other": {"service", "practice"},
        "ask_name_child": set(),
        "ask_name_other": set(),
        "ask_name_child_and_phone": set(),
        "ask_name_other_and_phone": set(),
        "ask_their_family_name": {"given"},
        "ask_birth_date_child": set(),
        "ask_birth_date_other": set(),
        "ask_who_they_are": set(),
        "ask_who_they_are_texting": set(),
        "from_age": {"service", "age"},
        "to_age": {"service", "age"},
        "between_ages": {"service", "least", "most"},
        "in_turn": set(),
        "along_same": {"who"},
        "along_one": {"who", "first"},
        "along_two": {"who", "first", "second"},
        "along_many": {"who", "first", "second", "third"},
        "along_none": {"who"},
        "company_one": set(),
        "company_many": set(),
        "for_one": {"who"},
        "with_guardian": set(),
        "birth_date_kept": set(),
        "on_the_list": set(),
        "next_person": set(),
        "ask_anything_else": set(),
        "next_person_named": {"given"},
        "next_person_of_several": set(),
        "person_not_understood": set(),
        "person_unanswered": set(),
        "person_unanswered_again": set(),
        "person_unanswered_rest": set(),
        "person_late": set(),
        "person_here": set(),
        "person_complaint": {"phone"},
        "person_wrong_number": set(),
        "person_held_back": set(),
        "person_when": _WHEN,
        "still_waits": {"phone"},
        "still_waits_closed": {*_WHEN, "phone"},
        "opted_out": {"practice"},
        "opted_out_or_visit": {"practice"},
        "opted_in": {"practice"},
        "not_understood": set(),
        "trouble": {"phone"},
        "welcome": set(),
        "for_the_form": set(),
        "check_email": {"email", "likely"},
        "take_by_spelling": set(),
        "take_by_keypad": set(),
        "heard_name": {"family", "given", "name"},
        "heard_phone": {"phone"},
        "heard_email": {"email", "spelled"},
        "heard_birth_date": {"day", "month", "year"},
        "heard_is_it_right": set(),
        "heard_is_it_right_keys": set(),
        "heard_spell_name": set(),
        "heard_spell_email": set(),
        "heard_phone_again": set(),
        "heard_phone_keys": set(),
        "heard_birth_date_again": set(),
        "heard_birth_date_keys": set(),
        "talk_is_it_right_again": set(),
        "talk_phone_again": set(),
        "talk_birth_date_again": set(),
        "talk_name_typed": set(),
        "talk_email_typed": set(),
        "talk_phone_typed": set(),
        "talk_birth_date_typed": set(),
        "heard_name_keys": set(),
        "heard_email_keys": set(),
        "heard_link_name": set(),
        "heard_link_email": set(),
        "heard_link_phone": set(),
        "heard_link_birth_date": set(),
        "heard_link": {"link"},
        "heard_underscore": set(),
        "heard_dash": set(),
        "heard_plus": set(),
        "off_topic": {"practice"},
        "service_price": {"service", "price"},
        "service_about": {"service", "about"},
        "service_length": {"service", "minutes"},
        "ask_whether_to_book": set(),
        "ask_gap": {"visits"},
        "plan": {"visits", "service", "who", "times"},
        "no_plan": {"visits"},
        "read_back_course": {"visits", "service", "who", "times", "name", "phone", "email"},
        "read_back_course_without_email": {"visits", "service", "who", "times", "name", "phone"},
        "course_booked": {"visits", "service", "who", "times", "practice", "address"},
        "course_requested": {"visits", "service", "who", "times", "practice", "address"},
        "on_waitlist": {"service"},
        "service_with": {"service", "who"},
        "on_waitlist_for": {"service", "wish"},
        "off_waitlist": set(),
        "on_no_waitlist": set(),
        "still_waiting": set(),
        "reminder": {"practice", "when"},
        "reminder_short": {"practice", "when"},
        "reminder_form": {"practice", "when"},
        "reminder_form_short": {"practice", "when"},
        "reminder_several": {"practice", "when"},
        "reminder_several_form": {"practice", "when"},
        "reminder_several_form_short": {"practice", "when"},
        "reminder_several_short": {"practice", "when"},
        "reminder_prepare": {"practice", "when", "prepare"},
        "reminder_prepare_form": {"practice", "when", "prepare"},
        "reminder_several_prepare": {"practice", "when", "prepare"},
        "reminder_several_prepare_form": {"practice", "when", "prepare"},
        "aftercare": {"practice", "aftercare", "phone"},
        "time_to_come_again": set(),
        "come_again": {"practice", "again"},
        "offers_ended": {"practice"},
        "waitlist_offer": {"practice", "service", "when", "who", "until"},
        "waitlist_first": {"practice", "service", "when", "who"},
        "waitlist_first_again": {"when"},
        "waitlist_gone": {"when"},
        "waitlist_offer_link": {"link"},
        "visit_confirmed": {"visit"},
        "form_waits": {"visit", "link"},
        "form_is_in": {"visit"},
        "ask_payer": set(),
        "ask_member": {"payer"},
        "ask_member_only": set(),
        "coverage_kept": {"payer", "member"},
        "payer_kept": {"payer"},
        "member_kept": {"member"},
        "open_on": {"day", "hours"},
        "open_from": {"start", "end"},
        "two_and": {"one", "other"},
        "closed_on": {"day"},
        "closed_for": {"day", "closed_for"},
        "payer_taken": {"payer"},
        "payer_not_taken": {"payer", "payers"},
        "payer_not_listed": {"payer"},
        "pay_here": {"link"},
        "no_cards": set(),
        "no_cards_but_here": {"link"},
        "ask_message": set(),
        "person_coverage": set(),
        "person_payment": set(),
        "person_own_data": set(),
        "person_deletion": set(),
        "person_message": set(),
        "person_praise": set(),
        "aloud_at": set(),
        "aloud_dot": set(),
        "call_link_texted": set(),
        "call_link_by_desk": set(),
        "call_passed_on": set(),
        "call_still_there": set(),
        "call_goodbye": set(),
        "call_placed_goodbye": set(),
        "call_say_again": set(),
        "call_cut_off": set(),
        "talk_goes_on": set(),
        "talk_link_here": set(),
        "talk_team_writes": set(),
        "talk_goodbye": set(),
        "call_no_voice": set(),
        "talk_no_voice": set(),
        "button_waitlist": set(),
        "button_no_thanks": set(),
        "button_no_member": set(),
        "sorry": set(),
        "help_under_way": {"phone"},
        "taken_in": set(),
        "take_your_time": set(),
        "goodbye": set(),
        "button_book": set(),
        "button_person": set(),
        "button_been_before": set(),
        "button_first_visit": set(),
        "button_yes": set(),
        "button_change": set(),
        "button_no_email": set(),
        "button_send_code": set(),
        "button_call_me": set(),
        "button_right": set(),
        "button_wrong": set(),
        "button_cancel_it": set(),
        "button_keep_it": set(),
        "button_cancel_them": set(),
        "button_keep_them": set(),
        "button_move_it": set(),
        "letter_subject": {"practice"},
        "mail_reply_subject": {"practice"},
        "text_by_mail_subject": {"practice"},
        "text_by_mail_body": {"text", "practice", "phone"},
        "code_subject": {"practice"},
        "code_body": {"code", "practice", "minutes"},
        "reminder_subject": {"practice"},
        "reminder_body": {"given", "practice", "when", "phone"},
        "reminder_body_prepare": {"given", "practice", "when", "prepare", "phone"},
        "reminder_body_form": {"given", "practice", "when", "link", "phone"},
        "reminder_body_prepare_form": {"given", "practice", "when", "prepare", "link", "phone"},
        "aftercare_subject": {"practice"},
        "aftercare_body": {"given", "practice", "aftercare", "phone"},
        "opening_subject": {"practice"},
        "opening_body_first": {"given", "practice", "when", "who", "link"},
        "opening_body": {"given", "practice", "when", "who", "until", "link"},
        "letter_body": {"given", "practice", "when", "who", "address", "phone", "link", "assistant"},
        "letter_body_without_form": {"given", "practice", "when", "who", "address", "phone", "assistant"},
        "letter_moved_subject": {"practice"},
        "letter_moved_body": {"given", "practice", "when", "who", "address", "phone", "assistant"},
        "letter_cancelled_subject": {"practice"},
        "letter_cancelled_body": {"given", "practice", "when", "phone", "assistant"},
    }.items()
}
"""Every text, with the names that are filled in."""

LISTS: Mapping[str, int] = {"weekdays": 7, "weekdays_plural": 7, "months": 12}
"""Every list, with its length; weekdays begin on Monday."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """All that is said in one language."""

    texts: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]

    def say(self, key: str, **fills: str) -> str:
        """The text under that key, filled in. Raises KeyError for a key or a fill that is not in the catalogue."""
        return self.texts[key].format(**fills)

    def either(self, choices: Sequence[str]) -> str:
        """ "A", "A or B", "A, B, or C"."""
        if len(choices) < 2:
            return "".join(choices)
        if len(choices) == 2:
            return self.say("two_or", one=choices[0], other=choices[1])
        return self.say("many_or", most=", ".join(choices[:-1]), last=choices[-1])

    def all_of(self, parts: Sequence[str]) -> str:
        """ "A", "A and B", "A and B and C"."""
        told = parts[0]
        for part in parts[1:]:
            told = self.say("two_and", one=told, other=part)
        return told


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language. Raises Impossible, naming every key that is missing or cannot be filled."""
    path = Path(__file__).parent / f"{language}.yaml"
    return read_catalogue(path.read_text(encoding="utf-8"), name=f"catalogue/{language}.yaml")


def read_catalogue(text: str, *, name: str) -> Catalogue:
    """A catalogue from its file's text; `name` is how faults call the file.

    Raises: Impossible, with all faults together.
    """
    told = yaml.safe_load(text)
    faults = [*_text_faults(told), *_list_faults(told)]
    faults += [f"{key} is known to no reply; remove it" for key in told if key not in TEXTS and key not in LISTS]
    if faults:
        raise Impossible(f"{name}: " + "; ".join(faults))
    return Catalogue(
        texts={key: str(told[key]).rstrip("\n") for key in TEXTS},
        lists={key: tuple(told[key]) for key in LISTS},
    )


def _text_faults(told: Mapping[str, object]) -> list[str]:
    faults: list[str] = []
    for key, fills in TEXTS.items():
        text = told.get(key)
        if not isinstance(text, str) or not text.strip():
            faults.append(f"{key} is missing")
            continue
        used = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
        if strange := sorted(used - fills):
            faults.append(f"{key} asks for {', '.join(strange)}; it may use {', '.join(sorted(fills)) or 'nothing'}")
    return faults


def _list_faults(told: Mapping[str, object]) -> list[str]:
    return [
        f"{key} needs a list of {length} words"
        for key, length in LISTS.items()
        if not isinstance(listed := told.get(key), list) or len(listed) != length
    ]
