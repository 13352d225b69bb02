"""Our values to JSON and back, exactly: what a conversation remembers between two messages."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar, get_args
from uuid import UUID

from cattrs import Converter
from cattrs.strategies import configure_tagged_union

from frontdesk.dialogue.acts import Act
from frontdesk.dialogue.effects import Effect, Result
from frontdesk.dialogue.says import Say

Value = TypeVar("Value")

_converter = Converter()
_converter.register_unstructure_hook(datetime, lambda moment: moment.isoformat())
_converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text).astimezone(UTC))
_converter.register_unstructure_hook(date, lambda day: day.isoformat())
_converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
_converter.register_unstructure_hook(time, lambda clock: clock.isoformat())
_converter.register_structure_hook(time, lambda text, _: time.fromisoformat(text))
_converter.register_unstructure_hook(timedelta, lambda length: length.total_seconds())
_converter.register_structure_hook(timedelta, lambda seconds, _: timedelta(seconds=seconds))
_converter.register_unstructure_hook(bytes, lambda raw: b64encode(raw).decode())
_converter.register_structure_hook(bytes, lambda text, _: b64decode(text))
_converter.register_unstructure_hook(UUID, str)
_converter.register_structure_hook(UUID, lambda text, _: text if isinstance(text, UUID) else UUID(text))
_converter.register_structure_hook_func(lambda kind: kind is object, lambda plain, _: plain)
_converter.register_unstructure_hook_func(
    lambda kind: getattr(kind, "__origin__", kind) is frozenset,
    lambda many: sorted(_converter.unstructure(one) for one in many),
)
for _union in (Act, Effect, Result, Say):
    configure_tagged_union(_union, _converter, tag_name="is")


def to_json(value: object, kind: object) -> str:
    """A value as JSON text. `kind` is its type, or the union it belongs to."""
    return json.dumps(_converter.unstructure(value, unstructure_as=kind), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str, kind: type[Value]) -> Value:
    """The value that `to_json` wrote."""
    return _converter.structure(json.loads(text), kind)


def as_plain(value: object) -> object:
    """A value as what JSON can hold, for a column of jsonb."""
    plain: object = _converter.unstructure(value)
    return plain


def from_plain(plain: object, kind: type[Value]) -> Value:
    """The value that `as_plain` wrote."""
    return _converter.structure(plain, kind)


def named(value: object) -> dict[str, object]:
    """A value of one of the dialogue's unions as a JSON-able dict that names its class, for people to read."""
    kind = next((union for union in (Act, Effect, Result, Say) if type(value) in get_args(union)), type(value))
    plain: dict[str, object] = _converter.unstructure(value, unstructure_as=kind)
    return plain


def all_named(values: Sequence[object]) -> list[dict[str, object]]:
    """The same for several."""
    return [named(value) for value in values]
