"""What each connector says of itself."""

from datetime import timedelta

import pytest

from frontdesk.standards.document import DocumentWrong
from frontdesk.standards.manifests import Confidence
from frontdesk.systems.manifest import Ability, Manifest, SystemClock, manifests, read_manifest

GOOD = """
name = "Acme Dental"
clock = "utc"
can = ["find_slots", "book", "cancel"]

[cannot]
catalogue = "a"
busy = "g"
find_patient = "b"
create_patient = "c"
update_patient = "h"
hold = "d"
reschedule = "e"
confirm = "i"
arrival = "j"
note = "k"
document = "l"
coverage = "m"
changes = "f"
notices = "n"

[[settings]]
key = "api_key"
label = "Key"
help = "Under Setup."
secret = true

[[limits]]
where = "https://api.example.com/"
requests = 5
seconds = 2

[[facts]]
says = "Times are UTC."
source = "its manual"
confidence = "documented"
"""


def opendental() -> Manifest:
    return next(one for one in manifests() if one.key == "opendental")


def test_every_connector_with_a_manifest_is_listed_by_its_folder() -> None:
    listed = [one.key for one in manifests()]

    assert "opendental" in listed
    assert listed == sorted(listed)


def test_open_dental_says_what_it_can_and_why_it_cannot_the_rest() -> None:
    manifest = opendental()

    assert manifest.name == "Open Dental"
    assert manifest.clock is SystemClock.LOCATION
    assert {*manifest.can, *manifest.cannot} == set(Ability)
    assert "no such call" in manifest.cannot[Ability.HOLD]


def test_open_dental_asks_for_what_its_connector_needs_and_keeps_its_keys_secret() -> None:
    settings = {setting.key: setting for setting in opendental().settings}

    assert settings.keys() == {"address", "developer_key", "customer_key"}
    assert settings["developer_key"].secret
    assert settings["customer_key"].secret
    assert "Setup > Advanced Setup > API" in settings["customer_key"].help


def test_a_limit_holds_where_the_vendor_set_it() -> None:
    manifest = opendental()

    relay = manifest.limit_at("https://api.opendental.com/api/v1")

    assert relay is not None
    assert (relay.requests, relay.within) == (1, timedelta(seconds=1))
    assert manifest.limit_at("http://localhost:30223/api/v1") is None


def test_every_fact_has_a_source_and_says_how_well_it_is_known() -> None:
    facts = opendental().facts

    assert {fact.confidence for fact in facts} == set(Confidence)
    assert all(fact.says and fact.source for fact in facts)


def test_a_manifest_is_read_whole() -> None:
    manifest = read_manifest("acme", GOOD)

    assert manifest.can == (Ability.FIND_SLOTS, Ability.BOOK, Ability.CANCEL)
    assert manifest.cannot[Ability.HOLD] == "d"
    assert manifest.settings[0].secret
    assert manifest.limits[0].within == timedelta(seconds=2)


PART = """
[[parts]]
setting = "api_key"
can = ["arrival"]
"""


def test_what_a_setting_makes_possible_is_said_of_connections_that_have_it() -> None:
    manifest = read_manifest("acme", GOOD + PART)

    assert Ability.ARRIVAL not in manifest.can
    assert manifest.given({"api_key": ""}) == manifest
    assert manifest.given({"api_key": "x"}).can == (*manifest.can, Ability.ARRIVAL)
    assert manifest.whole.cannot == {one: why for one, why in manifest.cannot.items() if one is not Ability.ARRIVAL}


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (PART.replace('"api_key"', '"other"'), 'no setting is named "other"'),
        (PART.replace('"arrival"', '"book"'), '"book" is there without the part'),
    ],
)
def test_a_part_that_says_nothing_is_told(part: str, says: str) -> None:
    with pytest.raises(DocumentWrong, match=says):
        read_manifest("acme", GOOD + part)


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ('name = "Acme Dental"', "", "name is missing"),
        ('clock = "utc"', 'clock = "swiss"', "one of: location, utc, offset"),
        ('hold = "d"', "", '"hold" stands twice or nowhere'),
        ('hold = "d"', 'hold = "d"\nbook = "g"', '"book" stands twice or nowhere'),
        ('"book"', '"teleport"', "wanted one of"),
        ('key = "api_key"', 'key = "API key"', "small letters and underscores"),
        ('label = "Key"', "", "label is missing"),
        ("requests = 5", "requests = 0", "whole number of 1 or more"),
        ('confidence = "documented"', 'confidence = "certain"', "documented, seen, inferred, unknown"),
        ("secret = true", "secert = true", "this key is not known"),
        ('name = "Acme Dental"', "name = Acme", "wanted TOML"),
    ],
)
def test_what_is_wrong_in_a_manifest_is_told_with_its_place(good: str, bad: str, says: str) -> None:
    with pytest.raises(DocumentWrong, match=says) as wrong:
        read_manifest("acme", GOOD.replace(good, bad, 1))

    assert "systems/acme/manifest.toml" in str(wrong.value)


def test_what_may_be_left_empty_is_not_asked_for_until_it_is_given() -> None:
    said = [
        (manifest.key, one)
        for manifest in manifests()
        for one in manifest.settings
        if "eave it empty" in one.help or "be left out" in one.help
    ]

    assert len(said) > 5
    assert [f"{key}: {one.key}" for key, one in said if not one.optional and one.default is None] == []
