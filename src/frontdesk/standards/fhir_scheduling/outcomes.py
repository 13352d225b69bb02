"""What it means that a server does not do as asked: OperationOutcome and HTTP status as one of a few troubles.

Source: FHIR R4 issue-type and http.html; Oracle's documents for 412, 423 and 424.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from frontdesk.standards.fhir_scheduling.asking import Said
from frontdesk.standards.fhir_scheduling.reading import Node, Unreadable
from frontdesk.standards.fhir_scheduling.values import Coding, concept

_PLAIN_CODE = re.compile(r"[A-Za-z0-9-]{1,24}")


class Kind(Enum):
    """What is wrong, by what is to be done about it."""

    CONFLICT = "conflict"
    """Somebody else changed it, or took the time: look again."""
    NOT_FOUND = "not found"
    GONE = "gone"
    DUPLICATE = "duplicate"
    """Several are there where one was meant: a person must look."""
    THROTTLED = "throttled"
    """Too many requests: nothing was done; ask later."""
    INVALID = "invalid"
    """The request does not fit this server; asking again brings the same."""
    RULE = "rule"
    """The clinic's own rules do not allow it."""
    SECURITY = "security"
    """The key does not cover it."""
    STRUGGLING = "struggling"
    """The server itself is in trouble; it may have acted."""
    UNKNOWN = "unknown"


class Severity(Enum):
    """FHIR R4 IssueSeverity."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


_SEVERITY = {severity.value: severity for severity in Severity}
_BY_CODE = {
    **dict.fromkeys(("conflict", "lock-error"), Kind.CONFLICT),
    "not-found": Kind.NOT_FOUND,
    "deleted": Kind.GONE,
    **dict.fromkeys(("duplicate", "multiple-matches"), Kind.DUPLICATE),
    "throttled": Kind.THROTTLED,
    **dict.fromkeys(
        ("invalid", "structure", "required", "value", "invariant", "not-supported", "code-invalid", "extension"),
        Kind.INVALID,
    ),
    **dict.fromkeys(("too-long", "too-costly"), Kind.INVALID),
    "business-rule": Kind.RULE,
    **dict.fromkeys(("security", "login", "unknown", "expired", "forbidden", "suppressed"), Kind.SECURITY),
    **dict.fromkeys(("transient", "no-store", "exception", "timeout", "incomplete"), Kind.STRUGGLING),
}
_BY_STATUS = {
    400: Kind.INVALID,
    401: Kind.SECURITY,
    403: Kind.SECURITY,
    404: Kind.NOT_FOUND,
    405: Kind.INVALID,
    406: Kind.INVALID,
    408: Kind.STRUGGLING,
    409: Kind.CONFLICT,
    410: Kind.GONE,
    412: Kind.CONFLICT,
    415: Kind.INVALID,
    422: Kind.RULE,
    423: Kind.CONFLICT,
    424: Kind.RULE,
    428: Kind.INVALID,
    429: Kind.THROTTLED,
}
ORDINARY = frozenset({400, 404, 409, 410, 412, 422, 423, 424})
"""Statuses that are answers to be read here; the wire makes its own faults of the others (keys, floods, breakdowns)."""
_STATUS_DECIDES = {401, 403, 409, 410, 423, 429}
"""Statuses that say more than the words beside them: servers put any code into the body of these."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One issue. `kind` None: its code says nothing of its own. `words` may name a patient: never log them.

    `codes` are the vendor's own (Epic's numbers); `places` are FHIRPaths of what is meant.
    """

    severity: Severity
    code: str
    kind: Kind | None
    codes: tuple[Coding, ...] = ()
    words: str = field(default="", repr=False)
    places: tuple[str, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether it says that something was not done; the others stand beside a success."""
        return self.severity in {Severity.FATAL, Severity.ERROR}


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """It was not done. `status` is HTTP's."""

    kind: Kind
    status: int
    findings: tuple[Finding, ...] = ()

    @property
    def says(self) -> str:
        """What can be shown to anybody: no word of the server's, since those may name a patient."""
        stopping = [one for one in self.findings if one.stops]
        codes = [code for one in stopping for code in (one.code, *(coding.code for coding in one.codes))]
        plain = dict.fromkeys(code for code in codes if _PLAIN_CODE.fullmatch(code))
        told = f" ({', '.join(plain)})" if plain else ""
        return f"the server answered {self.status}{told}: {self.kind.value}"


def trouble(said: Said) -> Trouble | None:
    """Why it was not done; None where it was. A 2xx whose body is only an OperationOutcome that stops is no success."""
    found = findings(said.body)
    return stopped(said.status, found) if said.worked else _trouble(said.status, found)


def stopped(status: int, found: tuple[Finding, ...]) -> Trouble | None:
    """The trouble in what was said beside a status that is a success; None where nothing of it stops."""
    return _trouble(status, found) if any(one.stops for one in found) else None


def findings(body: object) -> tuple[Finding, ...]:
    """The issues of an OperationOutcome; () where it is none. What of it cannot be read is left out: it is a complaint,
    and a complaint in broken words is one still.
    """
    if not isinstance(body, dict) or body.get("resourceType") != "OperationOutcome":
        return ()
    try:
        issues = Node(row="OperationOutcome", fields=body).nodes("issue")
    except Unreadable:
        return ()
    return tuple(_read(issues))


def _read(issues: Iterable[Node]) -> Iterable[Finding]:
    for issue in issues:
        try:
            yield _finding(issue)
        except Unreadable:
            yield Finding(severity=Severity.ERROR, code="unreadable", kind=None)


def _finding(issue: Node) -> Finding:
    details = concept(issue, "details")
    code = issue.text("code")
    said = (issue.text_or_none("diagnostics"), details.words if details else "")
    return Finding(
        severity=issue.word("severity", _SEVERITY),
        code=code,
        kind=_BY_CODE.get(code),
        codes=details.codings if details else (),
        words="; ".join(filter(None, said)),
        places=issue.texts("expression") or issue.texts("location"),
    )


def _trouble(status: int, found: tuple[Finding, ...]) -> Trouble:
    return Trouble(kind=_kind(status, found), status=status, findings=found)


def _kind(status: int, found: tuple[Finding, ...]) -> Kind:
    kinds = [one.kind for one in found if one.stops and one.kind is not None]
    if kinds and status not in _STATUS_DECIDES and status < 500:
        return kinds[0]
    if status >= 500:
        return Kind.STRUGGLING
    return _BY_STATUS.get(status, Kind.UNKNOWN)
