"""What may be done with a patient's data, by what the patient said last."""

from frontdesk.domain.consent import Consent, Use

UNLESS_ENDED = frozenset({Use.MESSAGES})
"""Who gives a clinic their number may be written to about their visits until they say STOP (47 CFR 64.1200(a)(1)).

All else needs a yes: calls by an automated voice, recording, and training, which has no other way.
"""


def permitted(use: Use, latest: Consent | None) -> bool:
    """Whether a use is permitted; `latest` is what the patient said last about it, None where they never did."""
    return use in UNLESS_ENDED if latest is None else latest.allowed
