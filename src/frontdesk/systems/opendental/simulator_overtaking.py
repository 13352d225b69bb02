"""The front desk is quicker: it books what a call asks for, just before or after."""

from frontdesk.standards.simulating.faults import Overtaken
from frontdesk.systems.opendental.simulator_front_desk import FrontDesk
from frontdesk.systems.opendental.simulator_reading import Given


def overtake(fault: Overtaken, desk: FrontDesk, asked: Given) -> None:
    """Let the front desk book what a call asks for: the same time, the same operatory, another patient."""
    desk.book(
        patient=int(fault.patient) if fault.patient else desk.somebody_else(asked.number("PatNum") or 0),
        operatory=asked.number("Op") or 0,
        at=asked.text("AptDateTime") or "",
        pattern=asked.text("Pattern") or "/XX/",
        provider=asked.number("ProvNum") or 0,
    )
