"""The front desk is quicker: it books what a SaveAppointment asks for, just before or after."""

from frontdesk.standards.simulating.faults import Overtaken
from frontdesk.systems.allscripts.simulator_booking import APPOINTMENT, wanted_of
from frontdesk.systems.allscripts.simulator_calls import Asked
from frontdesk.systems.allscripts.simulator_front_desk import FrontDesk
from frontdesk.systems.allscripts.simulator_practice import Practice
from frontdesk.systems.allscripts.simulator_reading import elements
from frontdesk.systems.allscripts.simulator_rows import number


def overtake(fault: Overtaken, practice: Practice, desk: FrontDesk, asked: Asked) -> None:
    """Let the front desk book the same time and resource for another patient. Raises: Declined where none is asked."""
    given = elements(asked.parameter(1), "appointment", APPOINTMENT)
    moved = given.text("AppointmentID")
    old = practice.appointments.at(int(moved)) if moved else None
    wanted = wanted_of(practice, given, asked.patient, old)
    desk.book(
        patient=int(fault.patient) if fault.patient else desk.somebody_else(number(wanted.patient, "Patient_ID")),
        resource=number(wanted.resource, "Resource_ID"),
        type=number(wanted.kind, "Appointment_Type_ID"),
        location=number(wanted.location, "Scheduling_Location_ID"),
        at=wanted.during.start,
        minutes=number(wanted.columns, "minutes"),
    )
