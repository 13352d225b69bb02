"""Webhooks of the Event Subscription Platform: FHIR subscriptions, and the signed notices they send."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.standards.simulating.refusals import documented, guess
from frontdesk.systems.athenahealth.simulator_calls import Answer, Asked, Call, Surface
from frontdesk.systems.athenahealth.simulator_practice import TOPICS, Practice
from frontdesk.systems.athenahealth.simulator_rows import Row, number, text

HOME = "https://api.platform.athenahealth.com/fhir/r4"
ALL_TOPICS = (*TOPICS.values(), "Patient.create", "Patient.update", "Patient.merge", "Patient.delete")
"""Documented [topics]. Those of providers are published too; no provider changes here, so they are refused."""

BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
RETRIED = timedelta(hours=1)
"""Documented [retried-for-an-hour]: then a notice is a dead letter."""

NAMES = frozenset(("resourceType", "meta", "status", "end", "reason", "criteria", "_criteria", "channel"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One POST that the platform sends."""

    url: str
    headers: Mapping[str, str]
    body: str


@dataclass(kw_only=True, slots=True)
class Courier:
    """How notices travel, for tests: `late` holds back those younger than that, `newest_first` turns their order.

    Documented [unordered]: notices may come late, twice and in any order.
    """

    late: timedelta = timedelta(0)
    newest_first: bool = False


def subscribe(practice: Practice, asked: Asked) -> Answer:
    """A new subscription. Documented [one-topic-and-practice]: one topic and this practice each, and no second one.

    Guess [filter-as-in-backport]: the filter is where the backport guide puts it. Guess [second-subscription]: 409.
    """
    body = asked.body
    for name in body:
        if name not in NAMES:
            raise guess("subscription-fields", 422, _outcome("not-supported", f"{name} is not known here."))
    topic = str(body.get("criteria", "")).partition("/SubscriptionTopic/")[2]
    channel = body.get("channel")
    if body.get("resourceType") != "Subscription" or topic not in ALL_TOPICS or not isinstance(channel, dict):
        raise documented("one-topic-and-practice", 422, _outcome("invalid", "criteria names no topic."))
    if _filters(body) != [f"ah-practice=Organization/a-1.Practice-{practice.world.practice_id}"]:
        raise documented("one-topic-and-practice", 422, _outcome("invalid", "ah-practice names no practice."))
    # Documented [rest-hook-id-only]: the only channel, and only over HTTPS; the simulator takes HTTP on this host too.
    address = str(channel.get("endpoint", ""))
    here = address.startswith(("http://127.0.0.1", "http://localhost"))
    if channel.get("type") != "rest-hook" or not (address.startswith("https://") or here):
        raise documented("rest-hook-id-only", 422, _outcome("invalid", "A rest-hook with an HTTPS endpoint is needed."))
    hooks = practice.tables["hooks"]
    if any(row["topic"] == topic for row in hooks):
        raise guess("second-subscription", 409, _outcome("duplicate", "There is a subscription to this topic."))
    id_ = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{practice.world.practice_id}/{topic}/{hooks.last + 1}"))
    row = hooks.add({"id": id_, "topic": topic, "url": address, "secret": asked.secret})
    return Answer(status=201, body=_shown(practice, row))


def list_subscriptions(practice: Practice, asked: Asked) -> Answer:
    """The subscriptions of the app."""
    rows = [_shown(practice, row) for row in practice.tables["hooks"]]
    return Answer(body={**_bundle(rows, "Subscription"), "total": len(rows)})


def unsubscribe(practice: Practice, asked: Asked) -> Answer:
    """Nothing, with 204; the subscription is gone."""
    for row in practice.tables["hooks"]:
        if row["id"] == asked.ids[0]:
            practice.tables["hooks"].remove(number(row, "hookid"))
            return Answer(status=204)
    raise guess("no-such-subscription", 404, _outcome("not-found", "There is no such subscription."))


def list_topics(practice: Practice, asked: Asked) -> Answer:
    """What can be subscribed to."""
    kind = "SubscriptionTopic"
    rows: list[dict[str, object]] = [{"resourceType": kind, "id": topic, "status": "active"} for topic in ALL_TOPICS]
    return Answer(body=_bundle(rows, kind))


def due(practice: Practice, courier: Courier) -> Iterator[tuple[Row, Event]]:
    """Each notice to be sent now. One that nobody took within the hour is put aside instead.

    Guess [one-event-a-notice]: a notice may carry several events; here each carries one.
    """
    notices = [row for row in practice.tables["notices"] if row["state"] == "pending"]
    hooks = {row["hookid"]: row for row in practice.tables["hooks"]}
    for notice in reversed(notices) if courier.newest_first else notices:
        age = practice.now() - datetime.fromisoformat(text(notice, "at"))
        hook = hooks.get(notice["hookid"])
        if hook is None or age > RETRIED:
            practice.tables["notices"].change(number(notice, "noticeid"), {"state": "dead letter"})
        elif age >= courier.late:
            yield notice, _event(practice, hook, notice)


def sent(practice: Practice, notice: Row) -> None:
    """Note that somebody took a notice."""
    practice.tables["notices"].change(number(notice, "noticeid"), {"state": "sent"})


def _event(practice: Practice, hook: Row, notice: Row) -> Event:
    """A notice as it goes out. Documented [hub-signature]: HMAC-SHA256 of the body, where a secret was given."""
    body = json.dumps(_notification(practice, hook, notice))
    headers = {"Content-Type": "application/json"}
    if hook["secret"]:
        digest = hmac.new(text(hook, "secret").encode(), body.encode(), hashlib.sha256).hexdigest()
        headers["X-Hub-Signature"] = f"sha256={digest}"
    return Event(url=text(hook, "url"), headers=headers, body=body)


def _notification(practice: Practice, hook: Row, notice: Row) -> dict[str, object]:
    """Documented [notification]: a history, first the status with ids alone, then an AuditEvent.

    Guess [audit-event]: of the AuditEvent only its extensions are told, and not under which addresses.
    """
    where, id_ = practice.world.practice_id, str(uuid.uuid5(uuid.NAMESPACE_OID, f"{hook['id']}/{notice['noticeid']}"))
    at = text(notice, "at").replace("+00:00", ".000Z")
    focus: dict[str, object] = {
        "identifier": {"system": f"urn:athenahealth:athenanet:{notice['kind']}:{where}", "value": str(notice["of"])}
    }
    if notice["kind"] == "patient":  # Documented [fhir-ids].
        focus["reference"] = f"Patient/a-{where}.E-{notice['of']}"
    about = {"department": f"Organization/a-{where}.Department-{notice['departmentid']}"}
    if notice["patientid"]:
        about["patient"] = f"Patient/a-{where}.E-{notice['patientid']}"
    status = {
        "resourceType": "SubscriptionStatus",
        "status": "active",
        "type": "event-notification",
        "eventsSinceSubscriptionStart": "1",
        "eventsInNotification": 1,
        "subscription": {"reference": f"Subscription/{hook['id']}"},
        "topic": f"{HOME}/SubscriptionTopic/{notice['topic']}",
        "notificationEvent": [{"eventNumber": "1", "id": id_, "timestamp": at, "focus": focus}],
    }
    extensions = [{"url": f"urn:simulated:{name}", "valueReference": {"reference": to}} for name, to in about.items()]
    audit = {"resourceType": "AuditEvent", "recorded": at, "extension": extensions}
    sent_at = practice.now().isoformat().replace("+00:00", ".000Z")
    entry = [{"resource": status}, {"resource": audit}]
    return {"resourceType": "Bundle", "type": "history", "timestamp": sent_at, "entry": entry}


def _filters(body: Mapping[str, object]) -> list[str]:
    aside = body.get("_criteria")
    extensions = aside.get("extension") if isinstance(aside, dict) else None
    return [
        str(one.get("valueString", "")).rpartition("?")[2]
        for one in (extensions if isinstance(extensions, list) else [])
        if isinstance(one, dict) and one.get("url") == f"{BACKPORT}/backport-filter-criteria"
    ]


def _shown(practice: Practice, row: Row) -> dict[str, object]:
    return {
        "resourceType": "Subscription",
        "id": row["id"],
        "status": "active",
        "criteria": f"{HOME}/SubscriptionTopic/{row['topic']}",
        "channel": {"type": "rest-hook", "endpoint": row["url"], "payload": "application/fhir+json"},
    }


def _bundle(rows: list[dict[str, object]], kind: str) -> dict[str, object]:
    entry = [{"fullUrl": f"{HOME}/{kind}/{row['id']}", "resource": row} for row in rows]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entry}


def _outcome(code: str, why: str) -> str:
    issue = {"severity": "error", "code": code, "diagnostics": why}
    return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]})


CALLS: tuple[Call, ...] = (
    Call(
        method="GET",
        path="/SubscriptionTopic",
        answer=list_topics,
        surface=Surface.FHIR,
        scope="system/SubscriptionTopic.read",
    ),
    Call(
        method="GET",
        path="/Subscription",
        answer=list_subscriptions,
        surface=Surface.FHIR,
        scope="system/Subscription.read",
    ),
    Call(
        method="POST", path="/Subscription", answer=subscribe, surface=Surface.FHIR, scope="system/Subscription.write"
    ),
    Call(
        method="DELETE",
        path="/Subscription/{subscriptionid}",
        answer=unsubscribe,
        surface=Surface.FHIR,
        scope="system/Subscription.write",
    ),
)
