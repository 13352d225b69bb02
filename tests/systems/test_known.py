"""What is known of each system that clinics ask for."""

import re
from importlib.resources import files

import pytest

from frontdesk.standards.document import DocumentWrong
from frontdesk.systems.known import Kind, KnownSystem, State, known_systems, read_known
from frontdesk.systems.manifest import manifests

NAMES = {
    "advancedmd": "AdvancedMD",
    "aestheticrecord": "Aesthetic Record",
    "allscripts": "Allscripts / Veradigm",
    "athenahealth": "athenahealth",
    "boulevard": "Boulevard",
    "carestream": "Carestream Dental",
    "cerner": "Cerner / Oracle Health",
    "curve": "Curve Dental",
    "dentrix": "Dentrix",
    "eaglesoft": "Eaglesoft",
    "eclinicalworks": "eClinicalWorks",
    "epic": "Epic",
    "greenway": "Greenway Health",
    "mindbody": "Mindbody",
    "nextech": "Nextech",
    "nextgen": "NextGen",
    "opendental": "Open Dental",
    "simplepractice": "SimplePractice",
    "symplast": "Symplast",
    "theranest": "TheraNest",
    "therapynotes": "TherapyNotes",
    "vagaro": "Vagaro",
}

GOOD = """
[[systems]]
key = "acme"
name = "Acme"
vendor = "Acme Ltd"
kinds = ["dental"]
interface = "An API."
access = "A form."
cost = "None."
known = "Everything."
unknown = "Nothing."
sources = ["https://example.com/api"]
"""


def of(key: str) -> KnownSystem:
    return next(one for one in known_systems() if one.key == key)


def test_all_22_systems_are_there_under_keys_and_names_that_stay() -> None:
    assert {one.key: one.name for one in known_systems()} == NAMES
    assert [one.key for one in known_systems()] == sorted(NAMES)


@pytest.mark.parametrize("key", NAMES)
def test_each_tells_a_clinic_what_it_asks_in_whole_sentences(key: str) -> None:
    system = of(key)

    told = (system.interface, system.access, system.cost, system.known, system.unknown)
    assert [one for one in told if not re.fullmatch(r"[A-Z1-9].*\.", one)] == []
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("key", NAMES)
def test_each_names_its_sources_once_and_no_address_of_a_clinic(key: str) -> None:
    sources = of(key).sources

    assert len(set(sources)) == len(sources) >= 2
    assert not [one for one in sources if re.search(r"//(secure|app|api|prod|test|fhir-ehr|account)\.", one)]


def test_each_kind_of_practice_is_served_by_some_system() -> None:
    assert {kind for one in known_systems() for kind in one.kinds} == set(Kind)


def test_every_folder_of_a_system_is_known() -> None:
    folders = {one.name for one in files("frontdesk.systems").iterdir() if (one / "__init__.py").is_file()}

    assert folders - set(NAMES) == set()


def test_how_far_a_system_has_come_is_seen_from_its_folder() -> None:
    connected = {one.key for one in known_systems() if one.state is State.CONNECTED}

    assert connected == {one.key for one in manifests()}
    assert {one.key for one in known_systems() if one.state is State.SIMULATED} == {
        key for key in NAMES if (files("frontdesk.systems") / key / "simulator.py").is_file()
    } - connected
    assert {one.key for one in known_systems() if one.state is State.NOT_BEGUN} == {
        key for key in NAMES if not (files("frontdesk.systems") / key / "simulator.py").is_file()
    }


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('key = "acme"', "key is missing"),
        ('cost = "None."', "cost is missing"),
        ('kinds = ["dental"]', "kinds: nothing is named"),
        ('sources = ["https://example.com/api"]', "sources: nothing is named"),
    ],
)
def test_an_entry_that_is_not_complete_is_refused(wrong: str, says: str) -> None:
    with pytest.raises(DocumentWrong, match=says):
        read_known(GOOD.replace(wrong, ""))


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('"dental"', '"vet"', "kinds"),
        ("https://example.com/api", "http://example.com/api", "a public address that begins with https://"),
        ('key = "acme"', 'key = "Acme Ltd"', "the name of its folder"),
        ('cost = "None."', 'cost = "None."\nprice = 5', "this key is not known"),
        ("[[systems]]", "[[system]]", "this key is not known"),
        ('name = "Acme"', "name = Acme", "wanted TOML"),
    ],
)
def test_an_entry_that_says_something_else_is_refused(was: str, becomes: str, says: str) -> None:
    with pytest.raises(DocumentWrong, match=says):
        read_known(GOOD.replace(was, becomes))


def test_a_system_stands_once() -> None:
    with pytest.raises(DocumentWrong, match="acme stands twice"):
        read_known(GOOD + GOOD)
