import pytest

from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.system import System
from frontdesk.systems.skeleton.client import Client
from frontdesk.systems.skeleton.simulator import Answer, Simulator
from frontdesk.systems.skeleton.system import Skeleton


@pytest.fixture
def system() -> System:
    return Skeleton(client=Client(address="https://skeleton.example.com", key="key"))


async def test_what_is_not_written_yet_says_so_and_does_nothing(system: System) -> None:
    with pytest.raises(NotPermitted, match="reading a visit is not written yet"):
        await system.read(AppointmentId("17"))


def test_a_fault_on_demand_comes_once_and_then_the_answer() -> None:
    simulator = Simulator(answers={"/visits/17": Answer(status=200, json={"id": "17"})})
    simulator.faults.append(Answer(status=503, json={"error": "maintenance"}))

    assert [simulator.get("/visits/17").status for _ in range(2)] == [503, 200]


def test_the_clinics_key_is_not_shown() -> None:
    assert "secret" not in repr(Client(address="https://skeleton.example.com", key="secret"))
