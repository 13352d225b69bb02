import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.domain.chat_look import LEAST_CONTRAST, ChatLook, contrast_to_white, is_readable, readable_like
from frontdesk.domain.faults import Impossible

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [("#ffffff", 1.0), ("#000000", 21.0), ("#777777", 4.48), ("#767676", 4.54), ("#ff0000", 4.0), ("#0000ff", 8.59)],
)
def test_the_contrast_is_that_of_the_published_formula(colour: str, contrast: float) -> None:
    """Figures as WCAG 2.2's definition of contrast gives them; #767676 is its well-known lightest readable grey."""
    assert contrast_to_white(colour) == pytest.approx(contrast, abs=0.005)


@given(colours)
def test_every_colour_has_a_shade_that_can_be_read_and_a_readable_one_is_its_own(colour: str) -> None:
    shade = readable_like(colour)

    assert contrast_to_white(shade) >= LEAST_CONTRAST
    assert (shade == colour) == is_readable(colour)


@pytest.mark.parametrize("colour", ["#ffcc00", "#777777", "red", "#12345", "#12345g", "", "#0f6b5c;}"])
def test_a_colour_that_cannot_be_read_or_is_none_makes_no_look(colour: str) -> None:
    with pytest.raises(Impossible):
        ChatLook(colour=colour)
