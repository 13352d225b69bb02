"""Insurance of the simulated office: carriers, their plans, who has subscribed to one, and what covers whom."""

from frontdesk.standards.simulating.refusals import documented
from frontdesk.systems.opendental.simulator_appointments import usable_patient
from frontdesk.systems.opendental.simulator_calls import Answer, Asked, Call, existing, reading, writing
from frontdesk.systems.opendental.simulator_catalogue import NUMBER
from frontdesk.systems.opendental.simulator_office import Office, Permission
from frontdesk.systems.opendental.simulator_reading import Field, a_day, needed, one_of, some_words, words, yes_or_no
from frontdesk.systems.opendental.simulator_reading import number as a_number
from frontdesk.systems.opendental.simulator_rows import NO_DATE, Row, number

RELATIONSHIPS = (
    *("Self", "Spouse", "Child", "Employee", "HandicapDep", "SignifOther", "InjuredPlantiff", "LifePartner"),
    "Dependent",
)


def carrier(number_: int, name: str, *, hidden: bool = False) -> Row:
    """A row of `World.carriers`."""
    return {"CarrierNum": number_, "CarrierName": name, "IsHidden": "true" if hidden else "false"}


def list_carriers(office: Office, asked: Asked) -> Answer:
    """Every carrier. Guess [carrier-columns]: number, name and whether it is hidden."""
    return Answer(body=list(office.carriers))


def list_plans(office: Office, asked: Asked) -> Answer:
    """The plans, those of one carrier where it is named."""
    wanted = asked.query.number("CarrierNum")
    return Answer(body=[row for row in office.plans if wanted in (None, row["CarrierNum"])])


def create_plan(office: Office, asked: Asked) -> Answer:
    """A new plan of a carrier. Documented [plan-needs-carrier]."""
    given = asked.body
    needed(given, "CarrierNum")
    existing(office.carriers, given.number("CarrierNum") or 0, "Carrier")
    made = {"GroupName": "", "GroupNum": "", "PlanNote": "", "PlanType": "", "IsHidden": "false", **given.values}
    return Answer(status=201, body=office.add(office.plans, made))


def list_subscriptions(office: Office, asked: Asked) -> Answer:
    """Who has subscribed to what."""
    plan, subscriber = asked.query.number("PlanNum"), asked.query.number("Subscriber")
    rows = (row for row in office.inssubs if plan in (None, row["PlanNum"]))
    return Answer(body=[row for row in rows if subscriber in (None, row["Subscriber"])])


def subscribe(office: Office, asked: Asked) -> Answer:
    """A patient subscribes to a plan. Documented [subscription-fields]: plan, patient and member number."""
    given = asked.body
    needed(given, "PlanNum", "Subscriber", "SubscriberID")
    existing(office.plans, given.number("PlanNum") or 0, "InsPlan")
    usable_patient(office, given.number("Subscriber") or 0)
    return Answer(status=201, body=office.add(office.inssubs, {"DateEffective": NO_DATE, **given.values}))


def list_coverages(office: Office, asked: Asked) -> Answer:
    """What covers whom."""
    patient, subscription = asked.query.number("PatNum"), asked.query.number("InsSubNum")
    rows = (row for row in office.patplans if patient in (None, row["PatNum"]))
    return Answer(body=[row for row in rows if subscription in (None, row["InsSubNum"])])


def cover(office: Office, asked: Asked) -> Answer:
    """A patient is covered by a subscription, their own or somebody's.

    Documented [covered-once]: 400 where it covers them already. Documented [first-pushes-back]: a new first insurance
    makes the one before it the second.
    """
    given = asked.body
    needed(given, "PatNum", "InsSubNum")
    patient, subscription = given.number("PatNum") or 0, given.number("InsSubNum") or 0
    usable_patient(office, patient)
    existing(office.inssubs, subscription, "InsSub")
    mine = [row for row in office.patplans if row["PatNum"] == patient]
    if any(row["InsSubNum"] == subscription for row in mine):
        raise documented("covered-once", 400, "The patient is already linked to this InsSub.")
    ordinal = given.number("Ordinal") or 1
    for row in mine:
        if ordinal == 1:
            office.change(office.patplans, row, {"Ordinal": number(row, "Ordinal") + 1})
    made = {"Relationship": "Self", "PatID": "", **given.values, "Ordinal": ordinal}
    return Answer(status=201, body=office.add(office.patplans, made))


CALLS: tuple[Call, ...] = (
    reading("/carriers", list_carriers, query={}),
    reading(
        "/insplans",
        list_plans,
        since="22.3.30",
        query={"CarrierNum": Field(reads=NUMBER.reads, since="24.2.11")},
    ),
    writing(
        "POST",
        "/insplans",
        create_plan,
        Permission.ALL_OTHERS,
        since="22.4.24",
        body={
            "CarrierNum": Field(reads=a_number),
            "GroupName": Field(reads=words),
            "GroupNum": Field(reads=words),
            "PlanNote": Field(reads=words),
        },
    ),
    reading("/inssubs", list_subscriptions, since="22.4.28", query={"PlanNum": NUMBER, "Subscriber": NUMBER}),
    writing(
        "POST",
        "/inssubs",
        subscribe,
        Permission.ALL_OTHERS,
        body={
            "PlanNum": Field(reads=a_number),
            "Subscriber": Field(reads=a_number),
            "SubscriberID": Field(reads=some_words),
            "DateEffective": Field(reads=a_day),
            "DateTerm": Field(reads=a_day),
            "ReleaseInfo": Field(reads=yes_or_no, since="21.4"),
            "AssignBen": Field(reads=yes_or_no, since="21.4"),
        },
    ),
    reading("/patplans", list_coverages, since="22.4.27", query={"PatNum": NUMBER, "InsSubNum": NUMBER}),
    writing(
        "POST",
        "/patplans",
        cover,
        Permission.ALL_OTHERS,
        body={
            "PatNum": Field(reads=a_number),
            "InsSubNum": Field(reads=a_number),
            "Ordinal": Field(reads=a_number),
            "Relationship": Field(reads=one_of(*RELATIONSHIPS)),
            "PatID": Field(reads=words, since="21.4"),
        },
    ),
)
