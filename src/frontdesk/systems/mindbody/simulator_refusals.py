"""How the simulated Mindbody says no: the shared refusal, in the bodies its two APIs use."""

import json
from enum import Enum

from frontdesk.standards.simulating.refusals import Known, Refusal


class Code(Enum):
    """Error codes of the Public API that are played. Seen [error-codes]: a client mirrors the vendor's list."""

    CLIENT_IS_ALREADY_BOOKED = "ClientIsAlreadyBooked"
    CLIENT_IS_SUSPENDED = "ClientIsSuspended"
    CLIENT_NOT_FOUND = "ClientNotFound"
    DENIED_ACCESS = "DeniedAccess"
    INVALID_BOOKING_TIME = "InvalidBookingTime"
    INVALID_CLIENT_CREATION = "InvalidClientCreation"
    INVALID_CLIENT_UPDATE = "InvalidClientUpdate"
    INVALID_FILE_FORMAT = "InvalidFileFormat"
    INVALID_LOCATION = "InvalidLocation"
    INVALID_LOGIN_CREDENTIALS = "InvalidLoginCredentials"
    INVALID_PARAMETER = "InvalidParameter"
    INVALID_RESOURCE = "InvalidResource"
    INVALID_SITE_ID = "InvalidSiteId"
    INVALID_SOURCE_CREDENTIALS = "InvalidSourceCredentials"
    INVALID_USER_CREDENTIALS = "InvalidUserCredentials"
    MISSING_REQUIRED_FIELDS = "MissingRequiredFields"
    RESOURCE_DOES_NOT_EXIST = "ResourceDoesNotExist"
    SCHEDULING_RESTRICTIONS_VIOLATED = "SchedulingRestrictionsViolated"
    SCHEDULING_WINDOW_VIOLATED = "SchedulingWindowViolated"
    SESSION_TYPE_NOT_FOUND = "SessionTypeNotFound"
    STAFF_IS_INACTIVE = "StaffIsInactive"
    STAFF_IS_NOT_A_TRAINER = "StaffIsNotATrainer"
    STAFF_MEMBER_NOT_FOUND = "StaffMemberNotFound"
    TOO_MANY_REQUESTS = "TooManyRequests"
    UNKNOWN = "Unknown"


STATUS = {
    Code.CLIENT_NOT_FOUND: 404,
    Code.DENIED_ACCESS: 403,
    Code.INVALID_LOGIN_CREDENTIALS: 401,
    Code.INVALID_SOURCE_CREDENTIALS: 401,
    Code.INVALID_USER_CREDENTIALS: 401,
    Code.RESOURCE_DOES_NOT_EXIST: 404,
    Code.SESSION_TYPE_NOT_FOUND: 404,
    Code.STAFF_MEMBER_NOT_FOUND: 404,
    Code.TOO_MANY_REQUESTS: 429,
    Code.UNKNOWN: 500,
}
"""The status a code comes with, where it is not 400. Guess [status-of-a-code]: the two are published apart."""


class WebhookCode(Enum):
    """Errors of the Webhooks API as (errorType, status). Guess [webhook-error-numbers]: one errorCode is published."""

    MISSING_KEY = ("missingAPIKeyHeader", 401)
    FORBIDDEN = ("forbidden", 403)
    NOT_FOUND = ("resourceNotFound", 404)
    URL_REQUIRED = ("invalidValueWebhookURLRequired", 400)
    URL_NOT_HTTPS = ("invalidWebhookURLMissingHTTPS", 400)
    URL_NO_RESPONSE = ("invalidWebhookURLNoResponse", 400)
    SCHEMA_VERSION = ("invalidEventSchemaVersion", 400)
    EVENT_IDS = ("invalidValueEventIds", 400)
    STATUS_NOT_VALID = ("subscriptionStatusNotValid", 400)
    SUBSCRIPTION_ID = ("invalidSubscriptionId", 400)


class Declined(Refusal):
    """A refusal with the body that its API gives it."""

    def __init__(self, rule: str, why: "Code | WebhookCode | int", says: str, known: Known) -> None:
        status, body = _worded(why, says)
        super().__init__(rule, status, says, known)
        self.body = json.dumps(body)
        self.code = why


def _worded(why: Code | WebhookCode | int, says: str) -> tuple[int, object]:
    """The status and the body. Seen [error-body]. Documented [webhook-error-body]. Seen [gateway-body]:
    what stands before the API gives a bare message.
    """
    match why:
        case Code():
            return STATUS.get(why, 400), {"Error": {"Message": says, "Code": why.value}}
        case WebhookCode():
            kind, status = why.value
            count = f"1401{list(WebhookCode).index(why) + 1:04}"
            return status, {"errors": [{"errorCode": count, "errorType": kind, "errorMessage": says}]}
        case _:
            return why, {"Message": says}


def verbatim(rule: str, why: Code | WebhookCode | int, says: str) -> Declined:
    """A refusal that the vendor's pages give in these words. A bare status stands for a refusal before the API."""
    return Declined(rule, why, says, Known.WORD_FOR_WORD)


def documented(rule: str, why: Code | WebhookCode | int, says: str) -> Declined:
    """A refusal that the vendor's pages describe, in our words."""
    return Declined(rule, why, says, Known.IN_SUBSTANCE)


def seen(rule: str, why: Code | WebhookCode | int, says: str) -> Declined:
    """A refusal that third parties met."""
    return Declined(rule, why, says, Known.SEEN)


def guess(rule: str, why: Code | WebhookCode | int, says: str) -> Declined:
    """A refusal nothing is published of."""
    return Declined(rule, why, says, Known.GUESSED)
