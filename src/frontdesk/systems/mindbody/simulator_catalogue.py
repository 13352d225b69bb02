"""What the site is: itself, its locations, categories, session types, prices, staff, rooms, and what it requires."""

from collections.abc import Iterable
from datetime import datetime

from frontdesk.systems.mindbody.simulator_calls import (
    Answer,
    Asked,
    Call,
    Token,
    days_asked,
    existing,
    is_one_of,
    listing,
    reading,
)
from frontdesk.systems.mindbody.simulator_hours import Stretch, busy, days_from, free_resource, hours, of
from frontdesk.systems.mindbody.simulator_reading import (
    ASKED_DAY,
    ASKED_NUMBER,
    ASKED_NUMBERS,
    ASKED_YES,
    Field,
    needed,
    one_of,
)
from frontdesk.systems.mindbody.simulator_refusals import Code, documented
from frontdesk.systems.mindbody.simulator_rows import Json, Row, number, numbers, shown, yes
from frontdesk.systems.mindbody.simulator_site import Permission, Site

SCHEDULE_TYPES = ("All", "Class", "Enrollment", "Appointment", "Resource", "Media", "Arrival")
WITHOUT_TOKEN = ("Id", "FirstName", "LastName", "DisplayName", "Bio", "ImageUrl")
"""Documented [staff-cut]: all that is told of the staff to who is not signed in."""


def sites(site: Site, asked: Asked) -> Answer:
    """The sites of the key. Documented [one-site-in-full]: asked for one id the whole record, else less of it.

    Guess [site-in-short]: Id and Name are what is left. Documented [per-staff-pricing-asked]. Guess [zone-spelling].
    """
    world, wanted = site.world, asked.query.numbers("SiteIds")
    if not is_one_of(world.site, wanted):
        return Answer(listed="Sites")
    row: dict[str, Json] = {"Id": world.site, "Name": world.name}
    if wanted == [world.site]:
        row |= {
            "Description": "",
            "ContactEmail": "desk@example.com",
            "CountryCode": "US",
            "CurrencyIsoCode": "USD",
            "PricingLevel": "Accelerate",
            "TimeZone": world.time_zone or world.zone.key,
        }
        if asked.query.yes("IncludePerStaffPricing"):
            row["PerStaffPricing"] = world.per_staff_pricing
    return Answer(listed="Sites", rows=[row])


def activation_code(site: Site, asked: Asked) -> Answer:
    """What the owner enters to let the integration in. Documented [activation]."""
    code = f"simulated-activation-{site.world.site}"
    return Answer(body={"ActivationCode": code, "ActivationLink": f"https://example.com/activate/{code}"})


def locations(site: Site, asked: Asked) -> Answer:
    """The site's places. Documented [no-zone-of-a-location]: neither zone nor hours."""
    return Answer(listed="Locations", rows=_all_shown(site.locations))


def programs(site: Site, asked: Asked) -> Answer:
    """Service categories."""
    kind, online = asked.query.text("ScheduleType"), asked.query.yes("OnlineOnly")
    rows = [row for row in site.programs if kind in (None, "All", row["ScheduleType"])]
    return Answer(listed="Programs", rows=_all_shown(row for row in rows if not online or yes(row, "online")))


def session_types(site: Site, asked: Asked) -> Answer:
    """What can be booked, with the usual length, and classes too. Documented [no-price-here]."""
    wanted, online = asked.query.numbers("ProgramIds"), asked.query.yes("OnlineOnly")
    rows = [row for row in site.session_types if is_one_of(row["ProgramId"], wanted)]
    return Answer(listed="SessionTypes", rows=_all_shown(row for row in rows if not online or yes(row, "online")))


def pricing_options(site: Site, asked: Asked) -> Answer:
    """Prices: "services" are pricing options. Documented [price-per-staff]: theirs, where the site has it so."""
    query, found = asked.query, list[Json]()
    staff, location, sell = query.number("StaffId"), query.number("LocationId"), query.yes("SellOnline")
    for row in site.world.pricing_options:
        wanted = query.numbers("SessionTypeIds")
        if wanted is not None and not set(wanted) & set(numbers(row, "session_types")):
            continue
        if (sell and not yes(row, "online")) or (location is not None and location not in numbers(row, "locations")):
            continue
        prices = row.get("prices")
        price = prices.get(str(staff)) if isinstance(prices, dict) and site.world.per_staff_pricing else None
        found.append({**shown(row), **({} if price is None else {"Price": price, "OnlinePrice": price})})
    return Answer(listed="Services", rows=found)


def add_ons(site: Site, asked: Asked) -> Answer:
    """Session types that go on top of another. Guess [add-on-columns]: Id and Name."""
    staff = asked.query.number("StaffId")
    rows = [row for row in site.session_types if yes(row, "AvailableForAddOn")]
    if staff is not None:
        rows = [row for row in rows if site.service_of(staff, number(row, "Id"))]
    return Answer(listed="AddOns", rows=[{"Id": row["Id"], "Name": row["Name"]} for row in rows])


def staff(site: Site, asked: Asked) -> Answer:
    """Who works there. Documented [free-staff]: SessionTypeId, StartDateTime and LocationId go together.

    Guess [active-staff-only]: those who left are not listed.
    """
    query = asked.query
    together = [name in query for name in ("SessionTypeId", "StartDateTime", "LocationId")]
    if any(together) and not all(together):
        says = "SessionTypeId, StartDateTime and LocationId must be given together."
        raise documented("free-staff", Code.MISSING_REQUIRED_FIELDS, says)
    rows = [row for row in site.staff if is_one_of(row["Id"], query.numbers("StaffIds")) and yes(row, "active")]
    if query.texts("Filters"):
        rows = [row for row in rows if yes(row, "AppointmentInstructor")]
    if all(together):
        service = existing(
            site.session_types, query.number("SessionTypeId"), Code.SESSION_TYPE_NOT_FOUND, "Session type"
        )
        at, place = query.moment("StartDateTime") or site.wall(), query.number("LocationId") or 0
        rows = [row for row in rows if _is_free(site, number(row, "Id"), service, place, at)]
    if asked.token is None:
        return Answer(listed="StaffMembers", rows=[{name: row[name] for name in WITHOUT_TOKEN} for row in rows])
    return Answer(listed="StaffMembers", rows=_all_shown(rows))


def staff_session_types(site: Site, asked: Asked) -> Answer:
    """What one of the staff does, with their own length."""
    needed(asked.query, "StaffId")
    who = existing(site.staff, asked.query.number("StaffId"), Code.STAFF_MEMBER_NOT_FOUND, "Staff member")
    found: list[Json] = []
    for row in site.session_types:
        service = site.service_of(number(who, "Id"), number(row, "Id"))
        if service:
            lengths = {name: service[name] for name in ("TimeLength", "PrepTime", "FinishTime")}
            same = {name: row[name] for name in ("Type", "Id", "Name", "NumDeducted", "ProgramId", "Category")}
            found.append({"StaffId": who["Id"], **same, **lengths})
    return Answer(listed="StaffSessionTypes", rows=found)


def resources(site: Site, asked: Asked) -> Answer:
    """Rooms and devices."""
    return Answer(listed="Resources", rows=_all_shown(_resources_asked(site, asked)))


def resource_availabilities(site: Site, asked: Asked) -> Answer:
    """When rooms and devices are free. Guess [resource-hours]: between the hours of the site's start times."""
    first, last = days_asked(site, asked.query)
    found: list[Json] = []
    for row in _resources_asked(site, asked):
        for on in days_from(first, last):
            opened = Stretch(start=datetime.combine(on, site.world.opens), end=datetime.combine(on, site.world.closes))
            found.extend(free_resource(site, number(row, "Id"), opened))
    return Answer(listed="ResourceAvailabilities", rows=found)


def custom_fields(site: Site, asked: Asked) -> Answer:
    """Fields that the business made for its clients."""
    return Answer(listed="CustomClientFields", rows=_all_shown(site.world.custom_fields))


def client_indexes(site: Site, asked: Asked) -> Answer:
    """How the business sorts its clients."""
    only = asked.query.yes("RequiredOnly")
    rows = [row for row in site.world.client_indexes if not only or yes(row, "RequiredBusinessMode")]
    return Answer(body={"ClientIndexes": _all_shown(rows)})


def required_fields(site: Site, asked: Asked) -> Answer:
    """What a new client must give, beyond the names."""
    return Answer(body={"RequiredClientFields": list(site.world.required)})


def waiver(site: Site, asked: Asked) -> Answer:
    """The text a client agrees to."""
    return Answer(body={"LiabilityWaiver": site.world.waiver})


def options(site: Site, asked: Asked) -> Answer:
    """Settings of online booking. Guess [options-listed]: the one the vendor's pages name."""
    name = "AllowClientsToBookAppointments"
    row: Row = {"DisplayName": "Clients may book appointments", "Name": name, "Value": "true", "Type": "Boolean"}
    return Answer(body={"Options": [row]})


def _resources_asked(site: Site, asked: Asked) -> list[Row]:
    """Guess [resource-schedule-types]: every room and device here serves visits, and none serves classes."""
    query = asked.query
    kinds, places, programs = query.texts("ScheduleTypes"), query.numbers("LocationIds"), query.numbers("ProgramIds")
    return [
        row
        for row in site.resources
        if (kinds is None or set(kinds) & {"All", "Appointment"})
        and is_one_of(row["location"], places)
        and (programs is None or set(programs) & set(numbers(row, "programs")))
        and is_one_of(row["Id"], query.numbers("ResourceIds"))
    ]


def _is_free(site: Site, staff: int, service: Row, location: int, at: datetime) -> bool:
    does = site.service_of(staff, number(service, "Id"))
    visit = Stretch(start=at, end=at + site.length_of(staff, service))
    worked = [of(row) for row in hours(site, staff, number(service, "ProgramId"), location)]
    return (
        does is not None
        and any(one.holds(visit) for one in worked)
        and not any(one.overlaps(visit) for one in busy(site, staff, does))
    )


def _all_shown(rows: Iterable[Row]) -> list[Json]:
    return [shown(row) for row in rows]


_SCHEDULE_TYPE = Field(reads=one_of(*SCHEDULE_TYPES))
_SCHEDULE_TYPE_LIST = Field(reads=one_of(*SCHEDULE_TYPES), many=True)

CALLS: tuple[Call, ...] = (
    listing(
        "/site/sites",
        sites,
        token=Token.OPTIONAL,
        query={"SiteIds": ASKED_NUMBERS, "IncludePerStaffPricing": ASKED_YES},
    ),
    reading("/site/activationcode", activation_code, token=Token.OPTIONAL),
    listing("/site/locations", locations, token=Token.OPTIONAL),
    listing(
        "/site/programs",
        programs,
        token=Token.OPTIONAL,
        query={"ScheduleType": _SCHEDULE_TYPE, "OnlineOnly": ASKED_YES},
    ),
    listing(
        "/site/sessiontypes",
        session_types,
        token=Token.OPTIONAL,
        query={"ProgramIds": ASKED_NUMBERS, "OnlineOnly": ASKED_YES},
    ),
    listing(
        "/site/resources",
        resources,
        token=Token.OPTIONAL,
        query={"LocationIds": ASKED_NUMBERS, "ProgramIds": ASKED_NUMBERS, "ScheduleTypes": _SCHEDULE_TYPE_LIST},
    ),
    listing(
        "/site/resourceavailabilities",
        resource_availabilities,
        token=Token.OPTIONAL,
        query={
            "StartDate": ASKED_DAY,
            "EndDate": ASKED_DAY,
            "ResourceIds": ASKED_NUMBERS,
            "LocationIds": ASKED_NUMBERS,
            "ScheduleTypes": _SCHEDULE_TYPE_LIST,
        },
    ),
    reading("/site/liabilitywaiver", waiver),
    listing(
        "/sale/services",
        pricing_options,
        token=Token.OPTIONAL,
        query={
            "SessionTypeIds": ASKED_NUMBERS,
            "StaffId": ASKED_NUMBER,
            "LocationId": ASKED_NUMBER,
            "SellOnline": ASKED_YES,
        },
    ),
    listing("/appointment/addons", add_ons, token=Token.OPTIONAL, query={"StaffId": ASKED_NUMBER}),
    reading("/appointment/appointmentoptions", options, token=Token.OPTIONAL),
    listing(
        "/staff/staff",
        staff,
        token=Token.OPTIONAL,
        query={
            "StaffIds": ASKED_NUMBERS,
            "Filters": Field(reads=one_of("AppointmentInstructor"), many=True),
            "SessionTypeId": ASKED_NUMBER,
            "StartDateTime": ASKED_DAY,
            "LocationId": ASKED_NUMBER,
        },
    ),
    listing(
        "/staff/sessiontypes",
        staff_session_types,
        Permission.MANAGE_STAFF_PAY_RATES,
        query={"StaffId": ASKED_NUMBER},
    ),
    reading("/client/requiredclientfields", required_fields, token=Token.OPTIONAL),
    listing("/client/customclientfields", custom_fields, token=Token.OPTIONAL),
    reading("/client/clientindexes", client_indexes, token=Token.OPTIONAL, query={"RequiredOnly": ASKED_YES}),
)
