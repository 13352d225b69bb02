"""Appointments changed: state and note, confirmed, cancelled, moved."""

from frontdesk.systems.boulevard.simulator_appointments import in_time, mine, tell_of_visit, to_come, why_it_stays
from frontdesk.systems.boulevard.simulator_business import Business, existing
from frontdesk.systems.boulevard.simulator_calls import Api, Caller, Fields, given
from frontdesk.systems.boulevard.simulator_hours import begins
from frontdesk.systems.boulevard.simulator_refusals import Code, documented, guess
from frontdesk.systems.boulevard.simulator_rows import Json, Row, text, words, yes
from frontdesk.systems.boulevard.simulator_times import instant_of, move_id, placed_anew

EVENTS = {"CONFIRMED": "CONFIRMED", "ARRIVED": "ARRIVED", "ACTIVE": "ACTIVE"}
"""What is told beside an update. Seen [event-names]."""


def update(caller: Caller, _: Row, arguments: Row) -> Json:
    """An appointment with another state or note. Guess [final-is-final]: not one that is FINAL or CANCELLED.

    Guess [any-order]: any settable state may follow any other.
    """
    asked = given(arguments)
    row = existing(caller.business.appointments, text(asked, "id"))
    if row["state"] in ("FINAL", "CANCELLED"):
        raise guess("final-is-final", Code.CONFLICT, f"The appointment is {row['state']}.")
    changes = {name: value for name, value in asked.items() if name == "notes" or (name == "state" and value)}
    return {"appointment": change(caller.business, row, changes)}


def confirm(caller: Caller, _: Row, arguments: Row) -> Json:
    """One's own appointment, confirmed. Documented [confirmable-only]."""
    row = mine(caller, text(given(arguments), "id"))
    if not to_come(caller.business, row) or row["state"] != "BOOKED":
        raise documented("confirmable-only", Code.CONFLICT, "The appointment is not confirmable.")
    return {"appointment": change(caller.business, row, {"state": "CONFIRMED"})}


def cancel(caller: Caller, _: Row, arguments: Row) -> Json:
    """The appointment, cancelled for a reason. Seen [no-show-is-a-reason]: NO_SHOW is one; there is no such state.

    Guess [cancelled-twice]: CONFLICT for one that was.
    """
    asked = given(arguments)
    row = existing(caller.business.appointments, text(asked, "id"))
    return {"appointment": call_off(caller.business, row, text(asked, "reason"), words(asked, "notes"))}


def cancel_own(caller: Caller, _: Row, arguments: Row) -> Json:
    """One's own appointment, cancelled. Documented [cancellable-only]. Guess [client-cancels]: for CLIENT_CANCEL."""
    asked = given(arguments)
    row = mine(caller, text(asked, "id"))
    if not to_come(caller.business, row) or not in_time(caller.business, row):
        raise documented("cancellable-only", Code.CONFLICT, "The appointment is not cancellable.")
    return {"appointment": call_off(caller.business, row, "CLIENT_CANCEL", words(asked, "notes"))}


def reschedule(caller: Caller, _: Row, arguments: Row) -> Json:
    """The appointment at another time. Documented [time-from-the-list]: one that the list of times gave, and that is
    still free. Guess [moved-keeps-state]: its state stays.
    """
    asked = given(arguments)
    shop, row = caller.business, mine(caller, text(asked, "appointmentId"))
    stays = why_it_stays(shop, row) if caller.api is Api.CLIENT else None
    if stays is not None or yes(row, "cancelled"):
        raise documented("not-reschedulable", Code.CONFLICT, f"Not reschedulable: {stays or 'CANCELLED_APPOINTMENT'}")
    location = existing(shop.locations, text(row, "locationId"))
    id = text(asked, "bookableTimeId")
    at = instant_of(location, id.partition("_t_")[2] and f"t_{id.partition('_t_')[2]}")
    listed = id == move_id(row, location, at) and begins(shop, location, at)
    services = placed_anew(caller, row, at) if listed else None
    if services is None:
        raise guess("move-no-longer", Code.CONFLICT, "The time is not available for this appointment.")
    return {"appointment": move(shop, row, services)}


def change(shop: Business, row: Row, changes: Row) -> Row:
    """The appointment with some columns changed, and told about. Guess [told-twice]: as UPDATED, and as its state."""
    changed = shop.appointments.change(text(row, "id"), changes)
    tell_of_visit(shop, changed, "UPDATED")
    state = changed["state"]
    if isinstance(state, str) and state in EVENTS and state != row["state"]:
        tell_of_visit(shop, changed, EVENTS[state])
    return changed


def call_off(shop: Business, row: Row, reason: str, notes: str | None) -> Row:
    """The appointment, cancelled. Raises: Declined where it was."""
    if yes(row, "cancelled"):
        raise guess("cancelled-twice", Code.CONFLICT, "The appointment is cancelled already.")
    cancellation: Row = {"cancelledAt": shop.stamp(), "reason": reason, "notes": notes}
    columns: Row = {"state": "CANCELLED", "cancelled": True, "cancellation": cancellation}
    changed = shop.appointments.change(text(row, "id"), columns)
    tell_of_visit(shop, changed, "CANCELLED")
    return changed


def move(shop: Business, row: Row, services: list[Row]) -> Row:
    """The appointment with its services at other times."""
    changed = shop.appointments.change(
        text(row, "id"),
        {
            "startAt": min(text(one, "startAt") for one in services),
            "endAt": max(text(one, "endAt") for one in services),
            "appointmentServices": services,
            "taken": shop.now().timestamp(),
        },
    )
    tell_of_visit(shop, changed, "RESCHEDULED")
    return changed


CLIENT: Fields = {
    "RootMutationType.confirmAppointment": confirm,
    "RootMutationType.cancelAppointment": cancel_own,
    "RootMutationType.appointmentReschedule": reschedule,
}
ADMIN: Fields = {
    "RootMutationType.updateAppointment": update,
    "RootMutationType.cancelAppointment": cancel,
    "RootMutationType.appointmentReschedule": reschedule,
}
