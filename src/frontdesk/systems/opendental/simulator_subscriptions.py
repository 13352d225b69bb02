"""Subscriptions to changes, and the events that the office's machines send for them."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.standards.simulating.refusals import documented, guess
from frontdesk.systems.opendental.simulator_appointments import shown as appointment_shown
from frontdesk.systems.opendental.simulator_calls import Answer, Asked, Call, existing, reading, writing
from frontdesk.systems.opendental.simulator_catalogue import as_kept, operatory_shown, schedule_shown
from frontdesk.systems.opendental.simulator_office import Office, Permission
from frontdesk.systems.opendental.simulator_patients import shown as patient_shown
from frontdesk.systems.opendental.simulator_reading import (
    Field,
    Fields,
    Given,
    a_moment,
    needed,
    one_of,
    some_words,
    words,
)
from frontdesk.systems.opendental.simulator_reading import number as a_number
from frontdesk.systems.opendental.simulator_rows import NO_TIME, STAMP, Row, Table, moment, number, text, written

WATCHED = ("Appointment", "AppointmentDeleted", "Patient", "Provider", "Operatory", "Schedule")
"""Tables that can be watched. Documented [watch-tables]; PatField and ToothInitial too, which nothing here holds."""

OF_SCREENS = ("PatientSelected",)
LARGEST = 1000
"""Documented [event-batches]: elements an event carries at most."""

REMEMBERED = timedelta(days=3)
"""Documented [three-days-back]: changes older than this are not sent any more, even where none reached the endpoint."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One POST that a machine of the office sends. `headers` carry no signature. Documented [event-headers]."""

    subscription: int
    url: str
    headers: Mapping[str, str]
    body: str


def list_subscriptions(office: Office, asked: Asked) -> Answer:
    """The subscriptions of the caller's Customer Key. Documented [subscriptions-of-a-key]."""
    return Answer(body=[_shown(row) for row in office.subscriptions if row["CustomerKey"] == asked.key])


def subscribe(office: Office, asked: Asked) -> Answer:
    """A new subscription. Documented [subscription-defaults]: it watches from now on, and for ever."""
    given = asked.body
    needed(given, "EndPointUrl")
    _checked(given)
    row = office.add(
        office.subscriptions,
        {
            "EndPointUrl": given.text("EndPointUrl") or "",
            "Workstation": given.text("Workstation") or "",
            "CustomerKey": asked.key,
            "WatchTable": given.text("WatchTable") or "",
            "PollingSeconds": given.number("PollingSeconds") or 0,
            "UiEventType": given.text("UiEventType") or "",
            "DateTimeStart": given.text("DateTimeStart") or office.stamp(),
            "DateTimeStop": given.text("DateTimeStop") or NO_TIME,
            "Note": given.text("Note") or "",
            "polled": NO_TIME,
        },
    )
    return Answer(status=201, body=_shown(row))


def change_subscription(office: Office, asked: Asked) -> Answer:
    """A subscription with some fields changed. Guess [subscription-path]: it is named by its number in the path."""
    row = _mine(office, asked)
    if not asked.body.values:
        raise guess("nothing-to-change", 400, "At least one field is required.")
    changed = {**row, **asked.body.values}
    _checked(Given(values={name: value for name, value in changed.items() if name in FIELDS and value not in ("", 0)}))
    return Answer(body=_shown(office.change(office.subscriptions, row, asked.body.values)))


def unsubscribe(office: Office, asked: Asked) -> Answer:
    """Nothing; the subscription is gone."""
    office.subscriptions.remove(number(_mine(office, asked), "SubscriptionNum"))
    return Answer()


def due_events(office: Office) -> Iterator[tuple[Row, list[Event]]]:
    """Each subscription whose next poll is due, with what its machines now send for it; [] when nothing changed.

    Documented [duplicates-without-workstation]: a subscription that names no machine is served by every one.
    Documented [polled-every]. Guess [polled-second-included]: a change within the second of the last poll is sent
    again. Guess [screens-fire-nothing]: nobody selects a patient here.
    """
    now = office.wall()
    for row in office.subscriptions:
        waited = now - moment(row, "polled")
        stopped = row["DateTimeStop"] != NO_TIME and moment(row, "DateTimeStop") <= now
        if stopped or not row["WatchTable"] or waited < timedelta(seconds=number(row, "PollingSeconds")):
            continue
        machines = [text(row, "Workstation")] if row["Workstation"] else list(office.world.workstations)
        changed = _changed(office, text(row, "WatchTable"), max(moment(row, "DateTimeStart"), now - REMEMBERED))
        batches = [changed[start : start + LARGEST] for start in range(0, len(changed), LARGEST)]
        yield row, [_event(row, machine, batch) for machine in machines for batch in batches]


def polled(office: Office, subscription: Row, *, reached: bool) -> None:
    """Note that a subscription was polled. Documented [unreached-is-sent-again]: its start moves only if reached."""
    current = office.subscriptions.get(number(subscription, "SubscriptionNum"))
    if current is not None:
        start = office.stamp() if reached else text(current, "DateTimeStart")
        office.subscriptions.put({**current, "polled": office.stamp(), "DateTimeStart": start})


def _changed(office: Office, table: str, since: datetime) -> list[Row]:
    watched: Mapping[str, tuple[Table, Callable[[Office, Row], Row]]] = {
        "Appointment": (office.appointments, appointment_shown),
        # Guess [deleted-as-last-seen]: what such an event carries is not published.
        "AppointmentDeleted": (office.deleted_appointments, appointment_shown),
        "Patient": (office.patients, patient_shown),
        "Provider": (office.providers, as_kept),
        "Operatory": (office.operatories, operatory_shown),
        "Schedule": (office.schedules, schedule_shown),
    }
    rows, shape = watched[table]
    return [shape(office, row) for row in rows if text(row, STAMP) >= written(since)]


def _event(row: Row, machine: str, elements: list[Row]) -> Event:
    return Event(
        subscription=number(row, "SubscriptionNum"),
        url=text(row, "EndPointUrl"),
        headers={
            "Authorization": text(row, "CustomerKey"),
            "Workstation": machine,
            "Event-Type": f"WatchTable: {row['WatchTable']}",
            "Content-Type": "application/json",
        },
        body=json.dumps(elements),
    )


def _mine(office: Office, asked: Asked) -> Row:
    row = existing(office.subscriptions, asked.number, "Subscription")
    if row["CustomerKey"] != asked.key:
        raise documented("subscriptions-of-a-key", 404, "Subscription not found")
    return row


def _checked(given: Given) -> None:
    """Nothing, when it watches a table or a screen. Raises: Refusal otherwise. Documented [table-or-screen]."""
    if ("WatchTable" in given) == ("UiEventType" in given):
        raise documented("table-or-screen", 400, "Either WatchTable or UiEventType is required.")
    if "WatchTable" in given and not given.number("PollingSeconds"):
        raise documented("table-or-screen", 400, "PollingSeconds is required for database events.")


def _shown(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("polled", STAMP)}


FIELDS: Fields = {
    "EndPointUrl": Field(reads=some_words),
    "Workstation": Field(reads=words),
    "WatchTable": Field(reads=one_of(*WATCHED)),
    "PollingSeconds": Field(reads=a_number),
    "UiEventType": Field(reads=one_of(*OF_SCREENS)),
    "DateTimeStart": Field(reads=a_moment),
    "DateTimeStop": Field(reads=a_moment),
    "Note": Field(reads=words),
}

CALLS: tuple[Call, ...] = (
    reading("/subscriptions", list_subscriptions, since="22.1", query={}),
    writing("POST", "/subscriptions", subscribe, Permission.READ_ALL, body=FIELDS, since="22.1"),
    writing(
        "PUT", "/subscriptions/{SubscriptionNum}", change_subscription, Permission.READ_ALL, body=FIELDS, since="22.1"
    ),
    writing("DELETE", "/subscriptions/{SubscriptionNum}", unsubscribe, Permission.ALL_OTHERS, since="22.1"),
)
