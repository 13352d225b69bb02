"""How the simulated Boulevard says no: the shared refusal, in the body of a GraphQL error."""

from enum import Enum

from frontdesk.standards.simulating.refusals import Known, Refusal


class Code(Enum):
    """What stands at `errors[].code`. Documented [error-codes]: the first three and those of a cart.

    Guess [codes-of-our-own]: NOT_FOUND, FORBIDDEN, CONFLICT and INVALID; no vendor's list is published.
    """

    UNAUTHENTICATED = "UNAUTHENTICATED"
    LOCATION_ALREADY_SET = "CART_LOCATION_ALREADY_SET"
    OFFER_CODE_INVALID = "CART_OFFER_CODE_INVALID"
    ANSWER_MISSING = "CART_BOOKING_QUESTION_ANSWER_MISSING"
    MISSING_CLIENT = "CART_MISSING_CLIENT_INFORMATION"
    MISSING_ITEMS = "CART_MISSING_ITEMS"
    MISSING_PAYMENT = "CART_MISSING_ITEM_PAYMENT_METHOD"
    MISSING_TIME = "CART_MISSING_ITEM_TIME"
    MISSING_LOCATION = "CART_MISSING_LOCATION"
    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN = "FORBIDDEN"
    CONFLICT = "CONFLICT"
    INVALID = "INVALID"
    NONE = ""


class Declined(Refusal):
    """A refusal as a GraphQL error. Documented [error-with-200]: the status is 200, unless told."""

    def __init__(self, rule: str, code: Code, says: str, known: Known, *, status: int = 200) -> None:
        super().__init__(rule, status, says, known)
        self.code = code


def documented(rule: str, code: Code, says: str, *, status: int = 200) -> Declined:
    """A refusal that the vendor's own sources describe, in our words."""
    return Declined(rule, code, says, Known.IN_SUBSTANCE, status=status)


def seen(rule: str, code: Code, says: str, *, status: int = 200) -> Declined:
    """A refusal that third parties met."""
    return Declined(rule, code, says, Known.SEEN, status=status)


def guess(rule: str, code: Code, says: str, *, status: int = 200) -> Declined:
    """A refusal nothing is published of."""
    return Declined(rule, code, says, Known.GUESSED, status=status)
