"""The simulated hospital's tables: what is found in them, and in which order."""

from frontdesk.systems.epic.simulator_rows import Table


def test_what_is_found_is_what_stands_now_in_the_order_in_which_it_came() -> None:
    table = Table("csn", [{"csn": f"{number}", "provider": "7", "booked": True} for number in (3, 1, 2)])
    assert [row["csn"] for row in table.find(provider="7", booked=True)] == ["3", "1", "2"]

    table.change("1", {"provider": "8"})
    gone = [row["csn"] for row in table.find(provider="7", booked=True)]
    table.change("1", {"provider": "7"})
    table.add({"provider": "7", "booked": False})

    assert gone == ["3", "2"]
    assert [row["csn"] for row in table.find(provider="7", booked=True)] == ["3", "1", "2"]
    assert [row["csn"] for row in table.find(provider="7")] == ["3", "1", "2", "4"]
    assert table.find(provider="9") == []


def test_what_is_found_may_be_changed_by_whoever_asked() -> None:
    table = Table("csn", [{"csn": "1", "provider": "7"}])

    table.find(provider="7").clear()

    assert len(table.find(provider="7")) == 1


def test_a_table_that_was_cleared_holds_nothing_to_be_found() -> None:
    table = Table("csn", [{"csn": "1", "provider": "7"}])
    table.find(provider="7")

    table.clear()

    assert table.find(provider="7") == []
