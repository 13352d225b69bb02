"""What a carrier's error codes mean to the desk, read from the codes.yaml in its folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml

from frontdesk.domain.delivery import Trouble
from frontdesk.domain.faults import Impossible
from frontdesk.ports.channel import NotTaken
from frontdesk.ports.faults import NotPermitted, Unreachable


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """One code: the trouble that it means, what the carrier says of it, and where that is known from."""

    code: str
    means: Trouble
    says: str
    source: str


Codes = Mapping[str, Code]


def read_codes(carrier: str) -> Codes:
    """The codes of the carrier in that folder. Raises: Impossible, naming what is wrong in the file."""
    text = (files("frontdesk.channels.sms") / carrier / "codes.yaml").read_text("utf-8")
    found: dict[str, Code] = {}
    for row in yaml.safe_load(text):
        if not isinstance(row, dict) or set(row) != {"code", "means", "says", "source"}:
            raise Impossible(f"channels/sms/{carrier}/codes.yaml: each entry has code, means, says, source; got {row}")
        code = Code(
            code=str(row["code"]), means=Trouble(row["means"]), says=str(row["says"]), source=str(row["source"])
        )
        if code.code in found:
            raise Impossible(f"channels/sms/{carrier}/codes.yaml: {code.code} stands there twice")
        found[code.code] = code
    return found


def trouble_of(codes: Codes, code: str | None) -> Trouble:
    """What a code means; one that is not known is a trouble of its own, never guessed."""
    known = codes.get(code or "")
    return known.means if known else Trouble.OTHER


def refused(codes: Codes, code: str, *, name: str) -> NotTaken:
    """What it means that a carrier did not take a text, by its code.

    Raises: Unreachable (too much at once: nothing was taken, and later it will be), NotPermitted (the account's).
    """
    trouble = trouble_of(codes, code)
    says = codes[code].says if code in codes else "its words for it are not known here"
    if trouble is Trouble.THROTTLED:
        raise Unreachable(f"{name} takes no more texts for now ({code}: {says}).")
    if trouble is Trouble.ACCOUNT:
        raise NotPermitted(f"{name} does not let this account send ({code}: {says}). Run: frontdesk sms check")
    return NotTaken(trouble=trouble, code=code)
