import pytest
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import NameService
from frontdesk.dialogue.state import Known
from frontdesk.domain.ids import ServiceId
from frontdesk.language.understanding import understand


@pytest.mark.parametrize(
    ("says", "wanted", "becomes"),
    [
        ("ok just the free consult then", "botox", "botox-consult"),
        ("mejor la consulta gratis", "botox", "botox-consult"),
        ("do i need a consultation first?", "botox", None),
        ("is the consult free", "botox", None),
        ("ok the consult then", "lip-filler", None),  # has none
        ("ok the consult then", "botox-consult", None),
    ],
)
def test_the_consultation_of_a_treatment_may_be_wanted_instead(says: str, wanted: str, becomes: str | None) -> None:
    heard = understand(says, a_context(known=Known(service=ServiceId(wanted))))

    named = [one.act.services for one in heard if isinstance(one.act, NameService)]
    assert named == ([(ServiceId(becomes),)] if becomes else [])
