"""How the simulated Unity says no: the shared refusal, in the forms that its replies were seen in."""

import json
from enum import Enum

from frontdesk.standards.simulating.refusals import Known, Refusal

LOGGED_OUT = "As a Security precaution, you have been logged out due to inactivity."
NOT_LICENSED = "Action is not valid for this license"


class Form(Enum):
    """How an error travels. Seen [error-forms]: all of these were met; which error has which is known of a few."""

    ERROR_ROW = "error row"
    """HTTP 200 with [{"Error": "Magic Error - Action: … - …"}]."""
    BARE_TEXT = "bare text"
    """HTTP 200 with a JSON string that begins with Magic Error."""
    CRITICAL_ROW = "critical row"
    """HTTP 200 with a row whose STATUS says Critical."""
    PLAIN = "plain text"
    """HTTP 200 with text that begins with error, where a token would be."""
    STATUS = "status"
    """An HTTP status that is no 200, with text."""


class Declined(Refusal):
    """A refusal with its form. `action` is what was asked for, "" where that is not known."""

    def __init__(
        self, rule: str, says: str, known: Known, *, form: Form = Form.ERROR_ROW, status: int = 200, action: str = ""
    ) -> None:
        super().__init__(rule, status, says, known)
        self.form = form
        self.action = action

    def of(self, action: str) -> "Declined":
        """The same, of an action."""
        return Declined(self.rule, self.says, self.known, form=self.form, status=self.status, action=action)

    @property
    def content_type(self) -> str:
        """What its body is."""
        return {Form.PLAIN: "application/octet-stream", Form.STATUS: "text/plain"}.get(self.form, "application/json")

    @property
    def body(self) -> str:
        """What the caller reads. Seen [magic-error]: the action's name stands before the reason."""
        whole = f"Magic Error - Action: {self.action} - {self.says}"
        match self.form:
            case Form.ERROR_ROW:
                return json.dumps([{"Error": whole}])
            case Form.BARE_TEXT:
                return json.dumps(whole)
            case Form.CRITICAL_ROW:
                return json.dumps([{f"{self.action.lower()}info": [{"STATUS": f"Critical: {self.says}"}]}])
            case Form.PLAIN:
                return f"error: {self.says}"
            case Form.STATUS:
                return self.says


def documented(rule: str, says: str, *, form: Form = Form.ERROR_ROW, status: int = 200) -> Declined:
    """A refusal that the facts describe, in our words."""
    return Declined(rule, says, Known.IN_SUBSTANCE, form=form, status=status)


def seen(rule: str, says: str, *, form: Form = Form.ERROR_ROW, status: int = 200) -> Declined:
    """A refusal that third parties met."""
    return Declined(rule, says, Known.SEEN, form=form, status=status)


def guess(rule: str, says: str, *, form: Form = Form.ERROR_ROW, status: int = 200) -> Declined:
    """A refusal nothing is published of."""
    return Declined(rule, says, Known.GUESSED, form=form, status=status)
