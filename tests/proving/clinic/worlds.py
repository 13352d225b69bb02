"""A task and worlds to grade, with sane defaults."""

from frontdesk.proving.clinic.agent import Charted, Stands, World
from frontdesk.proving.clinic.moments import moment
from frontdesk.proving.clinic.task import Task


def a_task(**changes: object) -> Task:
    """Maria wants a Botox consultation on Thursday evening; Anita has a visit that is none of Maria's business."""
    return Task.model_validate(
        {
            "id": "maria",
            "about": "Maria books.",
            "category": "booking",
            "at": "Tue 2026-05-26 21:47",
            "patient": {"name": "Maria Gonzalez", "phone": "512-555-0147", "email": "maria@example.com"},
            "before": {
                "patients": [{"name": "Anita Villarreal", "phone": "512-555-0132"}],
                "visits": [
                    {
                        "key": "anitas",
                        "of": "Anita Villarreal",
                        "service": "hydrafacial",
                        "by": "tomas-ortega",
                        "at": "Fri 2026-05-29 10:00",
                    }
                ],
            },
            "wants": [
                {
                    "do": "book",
                    "service": "botox-consultation",
                    "when": [{"say": "Thursday evening", "fits": ["Thu 2026-05-28 17:00-20:00"]}],
                }
            ],
            "end": {"visits": [{"service": "botox-consultation", "when": ["Thu 2026-05-28 17:00-20:00"]}]},
            **changes,
        }
    )


ANITAS = Stands(
    id="1",
    patient="anita",
    service="hydrafacial",
    practitioner="tomas-ortega",
    start=moment("2026-05-29 10:00"),
    status="booked",
)
MARIAS = Stands(
    id="2",
    patient="maria",
    service="botox-consultation",
    practitioner="dana-whitfield",
    start=moment("2026-05-28 18:00"),
    status="booked",
)
CHARTS = (
    Charted(id="anita", name="Anita Villarreal", phone="+15125550132"),
    Charted(id="maria", name="Maria Gonzalez", phone="+15125550147", email="maria@example.com"),
)


def a_world(*visits: Stands, charts: tuple[Charted, ...] = CHARTS) -> World:
    """What stands at the end."""
    return World(visits=visits, charts=charts)
