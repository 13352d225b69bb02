"""Who calls: service tokens, the users behind them, the server's own clock, and the two ways in and out."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from frontdesk.systems.allscripts.simulator_calls import Action, Asked, reading
from frontdesk.systems.allscripts.simulator_practice import Flavour, Practice
from frontdesk.systems.allscripts.simulator_refusals import Form, guess, seen
from frontdesk.systems.allscripts.simulator_rows import Row, Shown, number, yes

IDLE = timedelta(minutes=20)
"""Documented [token-idles]: a token lives about this long without use; here exactly."""

MOST_FAILURES = 3
"""Guess [locked-after]: wrong passwords in a row until a user is locked; that it happens is documented."""


def issue(practice: Practice, sent: Mapping[str, str], flavour: Flavour, *, router: bool, enabled: bool) -> str:
    """The body of a GetToken: a token. Raises: Declined.

    Documented [token-request]: Username and Password. Seen [token-appname]: some send Appname too. Documented
    [router-prefix]: at the router the user name begins with the client's Ubiquity id. Seen [token-body]: the body is
    the token, 8-4-4-4-12 hex, sometimes quoted. Guess [sessions-of-a-licence]: how many there may be at once.
    """
    world = practice.world
    for name in sent:
        if name not in ("Username", "Password", "Appname"):
            raise guess("token-fields", f"{name} is not expected.", form=Form.PLAIN)
    users = {
        Flavour.PM: ((world.ubiquity if router else "") + world.service_user, world.service_password),
        Flavour.EHR: (world.ehr_service_user, world.ehr_service_password),
    }
    given = (sent.get("Username", ""), sent.get("Password", ""))
    if not enabled or given != users[flavour] or sent.get("Appname", world.appname) != world.appname:
        raise seen("token-refused", "Username or password is not valid.", form=Form.PLAIN)
    for row in practice.sessions:
        if not _lives(practice, row):
            practice.sessions.remove(number(row, "id"))
    if len(practice.sessions) >= world.sessions:
        raise guess("sessions-of-a-licence", "The licence allows no more sessions.", form=Form.PLAIN)
    place = practice.sessions.last + 1
    token = f"51AAA7ED-0000-4000-8000-{place:012X}"
    used = practice.now().timestamp()
    practice.sessions.put({"id": place, "token": token, "flavour": flavour.name, "user": "", "used": used})
    return f'"{token}"' if world.quoted_token else token


def retire(practice: Practice, sent: Mapping[str, str]) -> None:
    """End a session. Documented [token-retired]. Guess [retire-unknown]: a token that is none is retired as well."""
    if set(sent) != {"Token", "Appname"} or sent["Appname"] != practice.world.appname:
        raise guess("retire-fields", "Token and Appname are expected.", form=Form.PLAIN)
    row = next((one for one in practice.sessions if one["token"] == sent["Token"]), None)
    if row is not None:
        practice.sessions.remove(number(row, "id"))


def session_of(practice: Practice, token: str, flavour: Flavour) -> Row | None:
    """The session of a token; None when it is over.

    Guess [unknown-token]: one that is none, or the other product's, is as one that is over.
    """
    mine = (one for one in practice.sessions if one["flavour"] == flavour.name)
    row = next((one for one in mine if one["token"] == token), None)
    if row is None or not _lives(practice, row):
        return None
    return row


def authenticate(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """Whether a password is its user's. Documented [valid-user]: ValidUser is YES or NO.

    Documented [users-are-locked]: repeated failures lock a user, and passwords expire. Guess [locked-is-no]: a locked
    user, and one whose password expired, gets NO as well.
    """
    mine = (one for one in practice.users if one["flavour"] == asked.session["flavour"] and one["password"])
    user = next((one for one in mine if one["user"] == asked.session["asked"]), None)
    if user is None:
        return [{"ValidUser": "NO"}]
    failures = number(user, "failures")
    fits = user["password"] == asked.parameter(1) and failures < MOST_FAILURES and not yes(user, "expired")
    practice.users.change(number(user, "id"), {"failures": 0 if fits else failures + 1})
    if fits:
        practice.sessions.change(number(asked.session, "id"), {"user": user["user"]})
    return [{"ValidUser": "YES" if fits else "NO"}]


def echo(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """What was sent. Guess [echo-row]: under the name Echo; only Parameter1 comes back."""
    return [{"Echo": asked.parameter(1)}]


def server_info(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The server's clock and zone. Seen [server-info]: these names and forms. Guess [product-words]: the values."""
    with_offset = datetime.fromtimestamp(practice.now().timestamp(), tz=practice.world.zone)
    fraction = f"{with_offset:%f}0"
    return [
        {
            "ServerTime": with_offset.strftime("%Y-%m-%dT%H:%M:%S"),
            "ServerTimeZone": practice.world.windows_zone,
            "ServerDateTimeOffset": f"{with_offset:%Y-%m-%dT%H:%M:%S}.{fraction}{_offset(with_offset)}",
            "System": "Practice Management",
            "ProductVersion": "0.0.0-simulated",
            "uaibornondate": "01/05/2026",
        }
    ]


def _offset(at: datetime) -> str:
    written = f"{at:%z}"
    return f"{written[:3]}:{written[3:]}"


def _lives(practice: Practice, row: Row) -> bool:
    used = row["used"]
    return isinstance(used, int | float) and practice.now().timestamp() - used < IDLE.total_seconds()


ACTIONS: tuple[Action, ...] = (
    Action(name="GetUserAuthentication", answer=authenticate, takes=(1,), writes=True),
    reading("Echo", echo, takes=(1, 2, 3, 4, 5, 6)),
    reading("GetServerInfo", server_info),
)
