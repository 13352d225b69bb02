"""Profiles of sites: those that come along, and what is said of one that is wrong."""

import pytest
import yaml

from frontdesk.domain.appointment import Status
from frontdesk.domain.faults import Impossible
from frontdesk.standards.hl7.site import At, Moves, Orders, Plays, VisitEvent
from frontdesk.standards.hl7.site_file import EXAMPLES, ProfileWrong, example, read_site

SMALLEST = """
name: North Street
versions: ["2.4"]
ours: {application: FRONTDESK, facility: CLINIC}
theirs: {application: PMS, facility: ""}
visit: [SCH-2]
chart: [{at: PID-3, type: MR}]
"""


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_profile_that_comes_along_can_be_read(name: str) -> None:
    assert example(name).versions


def test_a_profile_needs_little() -> None:
    site = read_site(SMALLEST)

    assert (site.name, site.version, site.visit) == ("North Street", "2.4", (At(segment="SCH", field=2),))
    assert (site.orders, site.moves, site.unmarked_codec) == (Orders.SIU, Moves.SAME_VISIT, "ascii")
    assert site.standing["BOOKED"] is Status.BOOKED


def test_words_of_a_site_are_read_in_any_case() -> None:
    words = "standing: {Hier: arrived}\ngeneral: {Raum: room}\nevents: {S14: moved}\nblocked: [gesperrt]\n"

    site = read_site(SMALLEST + words)

    assert site.standing["HIER"] is Status.ARRIVED
    assert site.general == {"RAUM": Plays.ROOM}
    assert site.events == {"S14": VisitEvent.MOVED}
    assert site.blocked == {"GESPERRT"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": None}, "name: a text"),
        ({"name": 3}, "quotation marks"),
        ({"versions": [2.4]}, "quotation marks"),
        ({"versions": "2.4"}, "versions: a list"),
        ({"versions": ["3.0"]}, "versions are some of"),
        ({"versions": []}, "versions are some of"),
        ({"visit": ["SCH2"]}, "no place such as"),
        ({"visit": []}, "say where the number of a visit"),
        ({"visit": ["MSH-2"]}, "no place that holds a value"),
        ({"chart": "PID-3"}, "chart: a list"),
        ({"chart": [{"place": "PID-3"}]}, "chart: at, authority, type"),
        ({"chart": [{"at": "PV1-19"}]}, "PID-2, PID-3 or PID-4"),
        ({"ours": "us"}, "ours: application, facility"),
        ({"orders": "fax"}, "orders: one of siu, srm"),
        ({"moves": 1}, "moves: one of"),
        ({"standing": {"X": "gone"}}, "standing: X: one of"),
        ({"standing": ["X"]}, "words with their meanings"),
        ({"writes_offset": "often"}, "writes_offset: yes or no"),
        ({"unmarked": "KLINGON"}, "KLINGON is none of"),
        ({"colour": "blue"}, "colour is no setting"),
    ],
)
def test_what_is_wrong_in_a_profile_is_told(change: dict[str, object], says: str) -> None:
    with pytest.raises(ProfileWrong, match=says):
        read_site(yaml.safe_dump({**yaml.safe_load(SMALLEST), **change}))


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ProfileWrong) as wrong:
        read_site(SMALLEST + "orders: fax\nmoves: never\ncolour: blue\n")

    assert len(wrong.value.faults) == 3


@pytest.mark.parametrize("text", ["", "- a list", "a: [", "just words"])
def test_a_file_without_settings_is_told_so(text: str) -> None:
    with pytest.raises(ProfileWrong):
        read_site(text)


@pytest.mark.parametrize("text", ["SCH", "SCH-0", "sch-2", "SCH-2.0", "SCH-2.1.1", "SCH-2.x", "MSH-1"])
def test_what_names_no_place_is_none(text: str) -> None:
    with pytest.raises(Impossible):
        At.of(text)


def test_a_place_names_its_first_component_unless_it_says_another() -> None:
    assert (str(At.of("SCH-2")), str(At.of("SCH-11.4"))) == ("SCH-2.1", "SCH-11.4")
