"""The queue of changes: what an app subscribed to, and reading it, which marks it as read."""

from datetime import timedelta

from frontdesk.systems.athenahealth.simulator_appointments import shown
from frontdesk.systems.athenahealth.simulator_calls import Answer, Asked, Call, reading, writing
from frontdesk.systems.athenahealth.simulator_errors import not_valid
from frontdesk.systems.athenahealth.simulator_practice import OPTIONAL_EVENTS, QUEUE_EVENTS, Practice, Rollout
from frontdesk.systems.athenahealth.simulator_reading import Given, a_moment, a_number, numbers, one_of, yes_or_no
from frontdesk.systems.athenahealth.simulator_rows import Row, instant_of, number, text

KEPT = timedelta(days=7)
"""Guess [messages-go]: how long a message is kept; the facts say that all are deleted in time."""


def list_changed(practice: Practice, asked: Asked) -> Answer:
    """Visits and slots that changed since they were last read, as they are now.

    Documented [reading-marks-read]: whatever is given is not given again, unless by showprocessed..., or it was left
    by leaveunprocessed. Guess [one-row-a-visit]: several changes of one visit are one row. Guess [deleted-not-shown]:
    a slot that is gone gives no row. Guess [processed-by-reading]: the processed span is that of the reading.
    """
    _drop_old(practice)
    given, queue = asked.given, practice.tables["queue"]
    first, last = given.text("showprocessedstartdatetime"), given.text("showprocessedenddatetime")
    if last and not first:
        raise not_valid("showprocessedstartdatetime", "it is needed with showprocessedenddatetime")
    rows: dict[int, Row] = {}
    for message in queue:
        row = practice.appointments.get(number(message, "appointmentid"))
        again = bool(first) and _in_span(text(message, "processed"), first, last)
        if row is None or not _wanted(row, given) or (message["processed"] and not again):
            continue
        rows[number(row, "appointmentid")] = row
        if not message["processed"] and not given.yes("leaveunprocessed"):
            queue.change(number(message, "messageid"), {"processed": practice.now().isoformat()})
    full = [shown(practice, row, given) for row in rows.values()]
    return Answer(body={"totalcount": len(full), "appointments": full})


def subscribe(practice: Practice, asked: Asked) -> Answer:
    """Hear of one event, or of all but the optional ones. Documented [subscribing-takes-minutes] until it acts.

    Seen [subscribe-answer]: success as text. Guess [subscribing-again]: it changes nothing but the departments.
    """
    events = [asked.given.text("eventname")] if "eventname" in asked.given else list(QUEUE_EVENTS)
    departments = asked.given.numbers("departmentids")
    for one in departments:
        practice.department(one)
    subscribed = practice.tables["subscribed"]
    known = {row["event"]: number(row, "subscribedid") for row in subscribed}
    for event in events:
        row: Row = {"event": event, "departments": ",".join(str(one) for one in departments)}
        if event in known:
            subscribed.change(known[event], row)
        else:
            subscribed.add({**row, "since": practice.now().isoformat()})
    return Answer(body={"success": "true"})


def unsubscribe(practice: Practice, asked: Asked) -> Answer:
    """Hear of nothing more. Guess [unsubscribing-takes-all]: of all events at once; what waits stays to be read."""
    practice.tables["subscribed"].clear()
    return Answer(body={"success": "true"})


def subscriptions(practice: Practice, asked: Asked) -> Answer:
    """What is heard of. Seen [subscription-status]: ACTIVE, or INACTIVE. Guess [partial-status]: PARTIAL for a part."""
    heard = [text(row, "event") for row in practice.tables["subscribed"]]
    status = "ACTIVE" if set(QUEUE_EVENTS) <= set(heard) else "PARTIAL" if heard else "INACTIVE"
    return Answer(body={"status": status, "subscriptions": [{"eventname": name} for name in heard]})


def events(practice: Practice, asked: Asked) -> Answer:
    """What can be heard of."""
    return Answer(body={"subscriptions": [{"eventname": name} for name in (*QUEUE_EVENTS, *OPTIONAL_EVENTS)]})


def _wanted(row: Row, given: Given) -> bool:
    names = ("departmentid", "providerid", "patientid")
    return all(row[name] == given.number(name) for name in names if name in given)


def _in_span(processed: str, first: str, last: str) -> bool:
    """Documented [change-feed-is-eastern]: the bounds are the clock of the US east coast."""
    begins = instant_of(first).isoformat()
    return bool(processed) and begins <= processed and (not last or processed <= instant_of(last).isoformat())


def _drop_old(practice: Practice) -> None:
    oldest = (practice.now() - KEPT).isoformat()
    for message in practice.tables["queue"]:
        if text(message, "at") < oldest:
            practice.tables["queue"].remove(number(message, "messageid"))


SUBSCRIPTION = "/appointments/changed/subscription"

CALLS: tuple[Call, ...] = (
    reading(
        "/appointments/changed",
        list_changed,
        {
            **dict.fromkeys(("departmentid", "providerid", "patientid"), a_number),
            **dict.fromkeys(("showprocessedstartdatetime", "showprocessedenddatetime"), a_moment),
            **dict.fromkeys(("showpatientdetail", "leaveunprocessed"), yes_or_no),
        },
        rollout=Rollout.CHANGED,
    ),
    reading(SUBSCRIPTION, subscriptions, rollout=Rollout.CHANGED),
    reading(f"{SUBSCRIPTION}/events", events, rollout=Rollout.CHANGED),
    writing(
        "POST",
        SUBSCRIPTION,
        subscribe,
        {"eventname": one_of(*QUEUE_EVENTS, *OPTIONAL_EVENTS), "departmentids": numbers},
        rollout=Rollout.CHANGED,
    ),
    writing("DELETE", SUBSCRIPTION, unsubscribe, rollout=Rollout.CHANGED),
)
