"""Marks of a plot stand where their shares are."""

from frontdesk.web.plots import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Mark, plotted


def test_nothing_stands_on_the_floor_and_the_top_of_the_scale_is_above_every_interval() -> None:
    plot = plotted([Mark(along=0, value=0.0, low=0.0, high=0.18, name="05-04")], most_along=3)

    [mark] = plot.marks
    assert (mark.x, mark.y) == (LEFT, HEIGHT - BOTTOM)
    assert mark.top > TOP
    assert [name for _, name in plot.lines] == ["0%", "5%", "10%", "15%", "20%"]
    assert plot.below == ((LEFT, "05-04"),)


def test_told_and_came_are_compared_on_one_scale() -> None:
    plot = plotted([Mark(along=0.5, value=0.5, low=0.4, high=0.6)], most_along=1.0, diagonal=True)

    assert plot.diagonal == (LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, TOP)
    [mark] = plot.marks
    assert mark.x == (LEFT + WIDTH - RIGHT) / 2
    assert mark.y == (TOP + HEIGHT - BOTTOM) / 2


def test_a_plot_of_nothing_has_its_scale() -> None:
    plot = plotted([], most_along=1)

    assert plot.marks == ()
    assert len(plot.lines) == 5
