"""JSON Patch (RFC 6902) as a simulated FHIR server takes it: add, replace, remove and test."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from frontdesk.standards.simulating.fhir_values import Json, Resource

OPERATIONS = ("add", "replace", "remove", "test")


class Wrong(Enum):
    """Why a patch cannot be taken or applied."""

    NOT_A_PATCH = "no list of operations"
    NO_SUCH_PLACE = "nothing stands at the path"
    TEST_FAILED = "the test does not hold"


class NotApplied(ValueError):
    """A patch that changed nothing."""

    def __init__(self, wrong: Wrong, explained: str) -> None:
        super().__init__(explained)
        self.wrong = wrong
        self.explained = explained


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One operation. `path` is the JSON pointer as sent; `value` is None for remove."""

    op: str
    path: str
    value: Json = None

    @property
    def steps(self) -> list[str]:
        """The path step by step."""
        return [one.replace("~1", "/").replace("~0", "~") for one in self.path.split("/")[1:]]


def read_patch(body: bytes) -> list[Operation]:
    """The operations of a body. Raises: NotApplied."""
    try:
        sent: Json = json.loads(body)
    except ValueError:
        sent = None
    if not isinstance(sent, list) or not sent:
        raise NotApplied(Wrong.NOT_A_PATCH, "a list of operations is needed")
    return [_operation(one) for one in sent]


def patched(resource: Resource, operations: Sequence[Operation]) -> Resource:
    """The resource after all operations. Raises: NotApplied, with nothing changed, where one does not hold."""
    changed: Json = json.loads(json.dumps(resource))
    for operation in operations:
        changed = _applied(changed, operation, operation.steps)
    if not isinstance(changed, Mapping):
        raise NotApplied(Wrong.NO_SUCH_PLACE, "a patch leaves a resource")
    return changed


def _operation(sent: Json) -> Operation:
    if not isinstance(sent, Mapping):
        raise NotApplied(Wrong.NOT_A_PATCH, "an operation is an object")
    op, path = sent.get("op"), sent.get("path")
    if op not in OPERATIONS or not isinstance(path, str) or not path.startswith("/"):
        raise NotApplied(Wrong.NOT_A_PATCH, "an operation has an op of add, replace, remove or test, and a path")
    if not set(sent) <= {"op", "path", "value"} or ("value" in sent) == (op == "remove"):
        raise NotApplied(Wrong.NOT_A_PATCH, "an operation has op and path, and a value unless it removes")
    return Operation(op=str(op), path=path, value=sent.get("value"))


def _applied(whole: Json, operation: Operation, steps: Sequence[str]) -> Json:
    step, rest = steps[0], steps[1:]
    if isinstance(whole, Mapping):
        held = dict(whole)
        if rest:
            if step not in held:
                raise NotApplied(Wrong.NO_SUCH_PLACE, f"nothing stands at {operation.path}")
            held[step] = _applied(held[step], operation, rest)
        elif operation.op == "add" or step in held:
            _set(held, step, operation)
        else:
            raise NotApplied(Wrong.NO_SUCH_PLACE, f"nothing stands at {operation.path}")
        return held
    if isinstance(whole, list):
        return _in_list(list(whole), operation, step, rest)
    raise NotApplied(Wrong.NO_SUCH_PLACE, f"nothing stands at {operation.path}")


def _set(held: dict[str, Json], name: str, operation: Operation) -> None:
    if operation.op == "remove":
        del held[name]
    elif operation.op == "test":
        _test(held[name], operation)
    else:
        held[name] = operation.value


def _in_list(listed: list[Json], operation: Operation, step: str, rest: Sequence[str]) -> Json:
    if step == "-" and operation.op == "add" and not rest:
        return [*listed, operation.value]
    if not step.isdigit() or int(step) > len(listed) - (operation.op != "add" or bool(rest)):
        raise NotApplied(Wrong.NO_SUCH_PLACE, f"nothing stands at {operation.path}")
    place = int(step)
    if rest:
        listed[place] = _applied(listed[place], operation, rest)
    elif operation.op == "add":
        listed.insert(place, operation.value)
    elif operation.op == "remove":
        del listed[place]
    elif operation.op == "test":
        _test(listed[place], operation)
    else:
        listed[place] = operation.value
    return listed


def _test(held: Json, operation: Operation) -> None:
    if held != operation.value:
        raise NotApplied(Wrong.TEST_FAILED, f"another value stands at {operation.path}")
