"""Insurance and the list of documents in the simulated office."""

from dataclasses import replace

import pytest
from tests.systems.opendental.simulated import an_office, why

from frontdesk.systems.opendental.simulator_example import AVERY, ROBIN, example_world
from frontdesk.systems.opendental.simulator_insurance import carrier

INSURED = replace(example_world(), carriers=(carrier(1, "Aetna"), carrier(2, "Old Mutual", hidden=True)))


async def test_a_patient_is_insured_in_three_steps() -> None:
    async with an_office(INSURED) as office:
        plan = (await office.http.post("/insplans", json={"CarrierNum": 1, "GroupNum": "G7"})).json()["PlanNum"]
        subscribed = {"PlanNum": plan, "Subscriber": ROBIN, "SubscriberID": "W123"}
        held = (await office.http.post("/inssubs", json=subscribed)).json()["InsSubNum"]
        made = await office.http.post("/patplans", json={"PatNum": ROBIN, "InsSubNum": held})

        assert made.status_code == 201
        assert (made.json()["Ordinal"], made.json()["Relationship"]) == (1, "Self")
        assert [row["GroupNum"] for row in await office.rows("/insplans", CarrierNum=1)] == ["G7"]
        assert await office.rows("/insplans", CarrierNum=2) == []
        assert [row["SubscriberID"] for row in await office.rows("/inssubs", Subscriber=ROBIN)] == ["W123"]
        assert await office.rows("/inssubs", Subscriber=AVERY) == []
        assert len(await office.rows("/patplans", PatNum=ROBIN)) == 1
        assert [row["CarrierName"] for row in await office.rows("/carriers")] == ["Aetna", "Old Mutual"]


async def test_an_insurance_covers_once_and_a_new_first_one_pushes_the_others_back() -> None:
    async with an_office(INSURED) as office:
        await office.http.post("/insplans", json={"CarrierNum": 1})
        for member in ("W1", "W2"):
            await office.http.post("/inssubs", json={"PlanNum": 1, "Subscriber": ROBIN, "SubscriberID": member})
            await office.http.post("/patplans", json={"PatNum": ROBIN, "InsSubNum": int(member[1])})
        again = await office.http.post("/patplans", json={"PatNum": ROBIN, "InsSubNum": 1})
        covering = await office.rows("/patplans", PatNum=ROBIN)

    assert (again.status_code, why(again)) == (400, "covered-once")
    assert [(row["InsSubNum"], row["Ordinal"]) for row in covering] == [(1, 2), (2, 1)]


@pytest.mark.parametrize(
    ("path", "body", "rule"),
    [
        ("/insplans", {"GroupNum": "G7"}, "required-fields"),
        ("/insplans", {"CarrierNum": 9}, "not-found"),
        ("/inssubs", {"PlanNum": 1, "Subscriber": ROBIN}, "required-fields"),
        ("/inssubs", {"PlanNum": 1, "Subscriber": ROBIN, "SubscriberID": "W1"}, "not-found"),
        ("/patplans", {"PatNum": ROBIN, "InsSubNum": 1}, "not-found"),
        ("/patplans", {"PatNum": ROBIN, "InsSubNum": 1, "Relationship": "Friend"}, "words-not-numbers"),
    ],
)
async def test_what_an_insurance_lacks_is_told(path: str, body: dict[str, object], rule: str) -> None:
    async with an_office(INSURED) as office:
        answer = await office.http.post(path, json=body)

    assert why(answer) == rule


async def test_the_documents_of_a_patient_are_listed_without_their_content() -> None:
    async with an_office() as office:
        sent = {"PatNum": ROBIN, "rawBase64": "JVBERg==", "extension": ".pdf", "Description": "intake.pdf"}
        await office.http.post("/documents/Upload", json=sent)
        [row] = await office.rows("/documents", PatNum=ROBIN)
        others = await office.rows("/documents", PatNum=AVERY)
        everybodys = await office.http.get("/documents")

    assert (row["Description"], row["MountNum"]) == ("intake.pdf", 0)
    assert "rawBase64" not in row
    assert others == []
    assert why(everybodys) == "required-fields"
