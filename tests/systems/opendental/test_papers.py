"""Papers and insurances reach a patient's chart once; what the office does not know is left to staff."""

import base64

import pytest
from tests.systems.opendental.a_book import MARIA, Book, Row, a_known_office, an_office, once
from tests.wire.loopback import HangsUp

from frontdesk.ports.abilities import Document, Insurance
from frontdesk.ports.faults import OutcomeUnknown, Refused

INTAKE = Document(name="intake.pdf", kind="application/pdf", content=b"%PDF-1.4 invented")
CARD = Insurance(payer="delta dental", member="W123", group="G7")
MOUNTS: list[Row] = [{"DocNum": 0, "MountNum": number, "Description": "bitewings"} for number in (15, 16)]


def carriers(*names: str) -> dict[str, list[Row]]:
    listed = [{"CarrierNum": n, "CarrierName": name, "IsHidden": "false"} for n, name in enumerate(names, 10)]
    return {"carriers": listed}


async def test_a_paper_reaches_the_chart_once_for_each_key() -> None:
    async with an_office(a_known_office(lists={"documents": list(MOUNTS)})) as office:
        for key in ("d1", "d1", "d2"):
            assert await office.system.attach(MARIA.id, INTAKE, key=key)

    put = office.book.lists["documents"][len(MOUNTS) :]
    assert len(put) == 2
    assert (put[0]["PatNum"], put[0]["extension"]) == (48, ".pdf")
    assert put[0]["Description"].startswith("intake.pdf (Frontdesk ")
    assert base64.b64decode(put[0]["rawBase64"]) == INTAKE.content


async def test_a_patient_without_a_chart_gets_neither_paper_nor_insurance() -> None:
    async with an_office(Book(lists=carriers("Delta Dental"))) as office:
        assert not await office.system.attach(MARIA.id, INTAKE, key="d1")
        assert not await office.system.add_coverage(MARIA.id, CARD)

    assert office.book.lists.keys() == {"carriers"}
    assert office.asked("POST", "/patients") == 0


async def test_a_kind_of_paper_that_open_dental_is_not_given_is_refused() -> None:
    async with an_office(a_known_office()) as office:
        with pytest.raises(Refused, match="this is another"):
            await office.system.attach(MARIA.id, Document(name="a.zip", kind="application/zip", content=b""), key="d1")

    assert office.asked("POST", "/documents/Upload") == 0


async def test_a_paper_whose_reply_was_lost_is_looked_for_before_it_is_sent_again() -> None:
    async with an_office(a_known_office(after=once("POST", "/documents/Upload", HangsUp()))) as office:
        assert await office.system.attach(MARIA.id, INTAKE, key="d1")
    assert len(office.book.lists["documents"]) == 1

    async with an_office(a_known_office(before=once("POST", "/documents/Upload", HangsUp()))) as office:
        with pytest.raises(OutcomeUnknown):
            await office.system.attach(MARIA.id, INTAKE, key="d1")
        assert await office.system.attach(MARIA.id, INTAKE, key="d1")
    assert len(office.book.lists["documents"]) == 1


async def test_an_insurance_is_entered_once_as_the_patients_own() -> None:
    async with an_office(a_known_office(lists=carriers("Aetna", "Delta Dental"))) as office:
        for _ in range(2):
            assert await office.system.add_coverage(MARIA.id, CARD)

    lists = office.book.lists
    assert lists["insplans"] == [{"CarrierNum": 11, "GroupNum": "G7", "PlanNum": 1}]
    assert lists["inssubs"] == [{"PlanNum": 1, "Subscriber": 48, "SubscriberID": "W123", "InsSubNum": 1}]
    assert lists["patplans"] == [
        {"PatNum": 48, "InsSubNum": 1, "Ordinal": 1, "Relationship": "Self", "PatPlanNum": 1},
    ]


async def test_a_plan_of_that_group_is_used_and_what_covers_the_patient_already_stays_first() -> None:
    lists = carriers("Aetna", "Delta Dental") | {
        "insplans": [
            {"PlanNum": 3, "CarrierNum": 11, "GroupNum": "g7", "IsHidden": "true"},
            {"PlanNum": 4, "CarrierNum": 10, "GroupNum": "G7", "IsHidden": "false"},
            {"PlanNum": 6, "CarrierNum": 11, "GroupNum": "g7 ", "IsHidden": "false"},
            {"PlanNum": 5, "CarrierNum": 11, "GroupNum": "G7", "IsHidden": "false"},
        ],
        "patplans": [{"PatPlanNum": 1, "PatNum": 48, "InsSubNum": 90, "Ordinal": 1}],
    }
    async with an_office(a_known_office(lists=lists)) as office:
        assert await office.system.add_coverage(MARIA.id, CARD)

    assert office.book.lists["inssubs"][0]["PlanNum"] == 5
    assert [(row["InsSubNum"], row["Ordinal"]) for row in office.book.lists["patplans"]] == [(90, 1), (1, 2)]
    assert len(office.book.lists["insplans"]) == 4


async def test_a_subscription_that_covers_nobody_yet_is_used() -> None:
    lists = carriers("Delta Dental") | {
        "insplans": [{"PlanNum": 5, "CarrierNum": 10, "GroupNum": "other"}],
        "inssubs": [{"InsSubNum": 7, "PlanNum": 5, "Subscriber": 48, "SubscriberID": "w123"}],
    }
    async with an_office(a_known_office(lists=lists)) as office:
        assert await office.system.add_coverage(MARIA.id, CARD)

    assert [row["InsSubNum"] for row in office.book.lists["patplans"]] == [7]
    assert len(office.book.lists["inssubs"]) == 1


@pytest.mark.parametrize("names", [(), ("Aetna",), ("Delta Dental", "DELTA DENTAL")])
async def test_a_carrier_that_is_not_plainly_known_is_for_staff(names: tuple[str, ...]) -> None:
    async with an_office(a_known_office(lists=carriers(*names))) as office:
        with pytest.raises(Refused, match="Staff must enter"):
            await office.system.add_coverage(MARIA.id, CARD)

    assert office.book.lists.keys() == {"carriers"}


async def test_a_carrier_may_be_named_by_its_number_and_a_hidden_one_is_none() -> None:
    lists = carriers("Delta Dental", "DELTA DENTAL")
    async with an_office(a_known_office(lists=lists)) as office:
        assert await office.system.add_coverage(MARIA.id, Insurance(payer="11", member="W123"))
    assert office.book.lists["insplans"] == [{"CarrierNum": 11, "PlanNum": 1}]

    lists = carriers("Delta Dental", "DELTA DENTAL")
    lists["carriers"][0]["IsHidden"] = "true"
    async with an_office(a_known_office(lists=lists)) as office:
        assert await office.system.add_coverage(MARIA.id, CARD)
    assert office.book.lists["insplans"][0]["CarrierNum"] == 11


@pytest.mark.parametrize("kind", ["insplans", "inssubs", "patplans"])
async def test_a_reply_that_was_lost_on_the_way_enters_nothing_twice(kind: str) -> None:
    lost = once("POST", f"/{kind}", HangsUp())
    async with an_office(a_known_office(lists=carriers("Delta Dental"), after=lost)) as office:
        assert await office.system.add_coverage(MARIA.id, CARD)
    assert [len(office.book.lists[one]) for one in ("insplans", "inssubs", "patplans")] == [1, 1, 1]

    lost = once("POST", f"/{kind}", HangsUp())
    async with an_office(a_known_office(lists=carriers("Delta Dental"), before=lost)) as office:
        with pytest.raises(OutcomeUnknown):
            await office.system.add_coverage(MARIA.id, CARD)
        assert await office.system.add_coverage(MARIA.id, CARD)
    assert [len(office.book.lists[one]) for one in ("insplans", "inssubs", "patplans")] == [1, 1, 1]
