"""Past 400 lines, look for the second idea inside. A guide, not a gate."""

from collections.abc import Iterator

from tools.rules.source import Complaint, Source

LONGEST = 400


def check(source: Source) -> Iterator[Complaint]:
    """Advice on Python files longer than that."""
    if source.path.suffix == ".py" and len(source.lines) > LONGEST:
        yield Complaint(
            path=source.path,
            line=LONGEST,
            says=f"{len(source.lines)} lines; past {LONGEST} look for the second idea inside",
            advice=True,
        )
