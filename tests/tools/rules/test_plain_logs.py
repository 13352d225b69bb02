import pytest
from tests.tools.rules.reading import lines_of
from tools.rules.plain_logs import check


@pytest.mark.parametrize(
    "line",
    [
        'log.info(f"hold {id} expired")',
        'log.info("hold %s expired", id)',
        'log.warning("no answer", phone=number)',
        'log.warning("no answer", who=patient.email)',
        'self._log.error("stopped", **fields)',
        'raise LookupError(f"no patient {patient.phone}")',
    ],
)
def test_a_patient_in_a_log_line_or_fault_is_found(line: str) -> None:
    assert lines_of(check, line) == [1]


@pytest.mark.parametrize(
    "line",
    [
        'log.info("hold expired", appointment=id)',
        'log.error("request failed", route=pattern, fault=type(fault).__name__)',
        'raise LookupError(f"no patient {patient.id}")',
        'writer.info(f"{anything}")',
    ],
)
def test_a_fixed_sentence_with_ids_is_as_it_should_be(line: str) -> None:
    assert lines_of(check, line) == []
