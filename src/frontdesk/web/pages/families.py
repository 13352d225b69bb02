"""Services that belong together: those that the same kind of practitioner gives share a colour and a heading."""

from dataclasses import dataclass

from frontdesk.domain.practice import Practice, Service

COLOURS = 8
"""How many the stylesheets have; further families begin again with the first."""

HEADINGS = {
    "nurse injector": "Injectables",
    "laser technician": "Laser and light",
    "aesthetician": "Skin",
    "body contouring specialist": "Body",
    "physician": "Wellness",
}
"""What the sample practice's services are called together; of any other, the role says it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """A kind of service: its heading, and the number of its colour, from 1."""

    name: str
    colour: int


def families(practice: Practice) -> list[Family]:
    """The families of a practice, in the order of its services."""
    roles = list(dict.fromkeys(_role(service) for service in practice.services))
    return [Family(name=_heading(role), colour=number % COLOURS + 1) for number, role in enumerate(roles)]


def family_of(practice: Practice, service: Service) -> Family:
    """The family of one service."""
    name = _heading(_role(service))
    return next(family for family in families(practice) if family.name == name)


def _heading(role: str) -> str:
    return HEADINGS.get(role, role.capitalize())


def _role(service: Service) -> str:
    return min(service.roles)
