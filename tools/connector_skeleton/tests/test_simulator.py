import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from frontdesk.ports.faults import NotPermitted, Unreachable
from frontdesk.proving.simulator_server import served
from frontdesk.standards.simulating.faults import CutsConnection, Fault, KeyRefused, Maintenance, When
from frontdesk.storage.vendor_pace import NoLimit
from frontdesk.systems.skeleton.client import NAME, Client
from frontdesk.systems.skeleton.simulator import VISIT, Simulator
from frontdesk.wire.client import HttpClient

VISIT_17 = json.loads((Path(__file__).parent / "payloads" / "visit.json").read_text())


@pytest.fixture
def simulator() -> Simulator:
    return Simulator({"17": VISIT_17}, key="key")


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[Client]:
    async with served(simulator) as address:
        client = Client(HttpClient(address, system=NAME, budget=NoLimit()), "key")
        yield client
        await client.close()


async def test_a_visit_is_read_and_one_that_is_not_there_is_none(client: Client) -> None:
    found = await client.visit("17")

    assert found is not None
    assert found.fields == VISIT_17
    assert await client.visit("18") is None


async def test_a_fault_on_demand_strikes_once_and_reading_goes_on(client: Client, simulator: Simulator) -> None:
    simulator.faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on=VISIT)

    assert await client.visit("17") is not None
    assert [one.call for one in simulator.heard] == [VISIT, VISIT]


@pytest.mark.parametrize(
    ("fault", "raised"), [(KeyRefused(), NotPermitted), (Maintenance(), Unreachable)], ids=["key", "maintenance"]
)
async def test_what_stays_wrong_is_told_as_what_it_asks_of_us(
    client: Client, simulator: Simulator, fault: Fault, raised: type[Exception]
) -> None:
    simulator.faults.plan(fault, times=3)

    with pytest.raises(raised):
        await client.visit("17")
