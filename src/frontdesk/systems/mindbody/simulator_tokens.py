"""Staff user tokens: issued for a user name and password, renewed seven times, revoked, and checked on every call."""

import hashlib
from datetime import UTC, datetime, timedelta

from frontdesk.systems.mindbody.simulator_calls import Answer, Asked, Call, Token
from frontdesk.systems.mindbody.simulator_reading import SOME_WORDS, needed
from frontdesk.systems.mindbody.simulator_refusals import Code, guess, seen
from frontdesk.systems.mindbody.simulator_rows import Row, number, text, written_in_utc
from frontdesk.systems.mindbody.simulator_site import Login, Site

LIFETIME = timedelta(hours=24)
"""Guess [token-lifetime]: a day, as a renewal adds; the facts say to trust `Expires`."""

RENEWALS = 7


def issue(site: Site, asked: Asked) -> Answer:
    """A new token. Documented [token-issue]. Guess [login-refused]: the code and the status for a wrong password."""
    needed(asked.body, "Username", "Password")
    for login in site.world.logins:
        if (login.username, login.password) == (asked.body.text("Username"), asked.body.text("Password")):
            count = site.tokens.last + 1
            secret = hashlib.sha256(f"{site.world.site} {login.username} {count}".encode()).hexdigest()
            row = site.tokens.add(
                {
                    "token": f"simulated-{secret}",
                    "username": login.username,
                    "staff": login.staff,
                    "expires": (site.now() + LIFETIME).timestamp(),
                    "renewals": 0,
                }
            )
            return Answer(body=_shown(row, login))
    raise guess("login-refused", Code.INVALID_LOGIN_CREDENTIALS, "The username or password is not valid.")


def renew(site: Site, asked: Asked) -> Answer:
    """The token with another day. Documented [token-renew]: from its present end, seven times at most.

    Guess [renew-answer]: the same object comes back as when it was issued.
    """
    row = _sent(asked)
    if number(row, "renewals") >= RENEWALS:
        raise guess("renewed-too-often", Code.INVALID_USER_CREDENTIALS, "The token cannot be renewed any more.")
    expires = _expires(row) + LIFETIME
    changes = {"expires": expires.timestamp(), "renewals": number(row, "renewals") + 1}
    row = site.tokens.change(number(row, "Id"), changes)
    return Answer(body=_shown(row, login_of(site, row)))


def revoke(site: Site, asked: Asked) -> Answer:
    """Nothing; the token is gone. Documented [token-revoke]. Guess [revoke-answer]: 200 and nothing else."""
    site.tokens.remove(number(_sent(asked), "Id"))
    return Answer()


def signed_in(site: Site, authorization: str) -> Row | None:
    """The token of a header, None for no header. Raises: Declined where it is not one of the site's, or is over.

    Seen [bare-token]: it is taken without "Bearer" as well. Documented [token-expires]. Guess [token-refused]: the
    code and the status.
    """
    if not authorization:
        return None
    token = authorization.removeprefix("Bearer ")
    for row in site.tokens:
        if row["token"] == token and site.now() < _expires(row):
            return row
    raise guess("token-refused", Code.INVALID_USER_CREDENTIALS, "The user token is not valid or has expired.")


def login_of(site: Site, token: Row) -> Login:
    """Whose a token is. Raises: Declined where the login is gone."""
    for login in site.world.logins:
        if login.username == token["username"]:
            return login
    raise guess("token-refused", Code.INVALID_USER_CREDENTIALS, "The user token is not valid or has expired.")


def _sent(asked: Asked) -> Row:
    if asked.token is None:
        raise seen("no-token", 401, "A user token is required.")
    return asked.token


def _expires(row: Row) -> datetime:
    ends = row["expires"]
    return datetime.fromtimestamp(ends if isinstance(ends, int | float) else 0, UTC)


def _shown(row: Row, login: Login) -> Row:
    user: Row = {
        "Id": login.staff,
        "FirstName": login.first,
        "LastName": login.last,
        "Type": "Staff" if login.staff else "Owner",
    }
    return {
        "TokenType": "Bearer",
        "AccessToken": text(row, "token"),
        "Expires": written_in_utc(_expires(row)),
        "User": user,
    }


CALLS: tuple[Call, ...] = (
    Call(
        method="POST",
        path="/usertoken/issue",
        answer=issue,
        token=Token.OPTIONAL,
        body={"Username": SOME_WORDS, "Password": SOME_WORDS},
    ),
    Call(method="POST", path="/usertoken/renew", answer=renew),
    Call(method="DELETE", path="/usertoken/revoke", answer=revoke),
)
