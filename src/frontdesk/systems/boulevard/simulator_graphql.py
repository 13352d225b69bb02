"""GraphQL as Boulevard speaks it: two schemas, documents checked against them, errors with their codes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import ceil
from typing import cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLFieldResolver,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    build_schema,
    execute_sync,
    parse,
    specified_rules,
    validate,
)

from frontdesk.systems.boulevard import (
    simulator_appointments,
    simulator_booking,
    simulator_carts,
    simulator_catalogue,
    simulator_changing,
    simulator_checkout,
    simulator_clients,
    simulator_times,
    simulator_webhooks,
)
from frontdesk.systems.boulevard.simulator_business import CodePlace
from frontdesk.systems.boulevard.simulator_calls import DEFAULT_PAGE, Answer, Api, Caller, given
from frontdesk.systems.boulevard.simulator_refusals import Code, Declined, guess, seen
from frontdesk.systems.boulevard.simulator_rows import Json, Row
from frontdesk.systems.boulevard.simulator_scalars import hold_to_form

PARTS = (
    simulator_catalogue,
    simulator_clients,
    simulator_appointments,
    simulator_changing,
    simulator_times,
    simulator_carts,
    simulator_checkout,
    simulator_booking,
    simulator_webhooks,
)


NOT_PLAYED = (
    *("addCartCardPaymentMethod", "selectCartPaymentMethod", "createCustomForm", "updateCustomForm"),
    *("startCustomFormImageUpload", "addCartOffer", "removeCartOffer", "createCartGuest", "removeCartSelectedItem"),
    *("addCartSelectedGiftCardItem", "addCartSelectedPurchasableItem", "cartClear", "cartBookingQuestionClearAnswer"),
    *("requestCode", "takeCartOwnershipByCode", "myMemberships", "updateCommunicationSubscriptions", "node"),
    *("serviceOverrides", "pingWebhook"),
)
"""What is published, or was seen, and has no part here."""

LARGEST_PAGE = 1000
"""Seen [edges-per-query]: so many edges, at most, in one query."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A document that the schema knows. `fields` are those of its root, `cost` what it takes of the bucket."""

    document: DocumentNode
    fields: Sequence[str]
    variables: Mapping[str, object]
    writes: bool
    cost: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """The body to be sent, and the refusals in it."""

    body: Row
    refusals: Sequence[Declined] = ()


@cache
def schema_of(api: Api) -> GraphQLSchema:
    """An API's schema with the answers of its fields."""
    folder = files("frontdesk.systems.boulevard")
    parts = [(folder / f"simulator_{name}.graphql").read_text(encoding="utf-8") for name in ("both", api.value)]
    schema = build_schema("\n".join(parts))
    hold_to_form(schema)
    for part in PARTS:
        for path, answer in (part.ADMIN if api is Api.ADMIN else part.CLIENT).items():
            kind, _, name = path.partition(".")
            _field(schema, kind, name).resolve = _resolver(answer, name if kind == "RootMutationType" else "")
    return schema


def name_of(api: Api, query: str) -> str:
    """A call as faults name it, like "client checkoutCart"; several root fields are joined by "+", "" for none."""
    try:
        operation, fragments = _operation(_parsed(query))
    except (GraphQLError, Declined):
        return ""
    return f"{api.value} {'+'.join(node.name.value for node in _nodes(operation.selection_set, fragments))}"


def read(api: Api, query: str, variables: Mapping[str, object]) -> Asked:
    """The document, checked. Raises: Declined.

    Documented [document-checked]: a field, an argument or an input field that the schema lacks is an error, and so is
    a value of another kind. Guess [document-error-form]: with the messages of the GraphQL reference implementation.
    """
    document = _checked(api, query)
    operation, fragments = _operation(document)
    known = {one.variable.name.value for one in operation.variable_definitions or ()}
    for name in variables:
        if name not in known:
            raise guess("variable-not-declared", Code.NONE, f"Variable '${name}' is not declared by the document.")
    nodes = _nodes(operation.selection_set, fragments)
    edges = [_edges(node, variables) for node in nodes if _pages(api, node)]
    if sum(edges) > LARGEST_PAGE:
        raise seen("edges-per-query", Code.INVALID, f"The query asks for more than {LARGEST_PAGE} edges.")
    return Asked(
        document=document,
        fields=[node.name.value for node in nodes],
        variables=variables,
        writes=operation.operation.value == "mutation",
        cost=_cost(edges),
    )


@lru_cache(maxsize=512)
def _parsed(query: str) -> DocumentNode:
    return parse(query)


@lru_cache(maxsize=512)
def _checked(api: Api, query: str) -> DocumentNode:
    """The document. Kept, since callers send the same ones again and again, and the check is what takes longest."""
    try:
        document = _parsed(query)
    except GraphQLError as error:
        raise guess("document-unread", Code.NONE, error.message) from None
    wrong = validate(schema_of(api), document, (*specified_rules, NoSchemaIntrospectionCustomRule))
    if wrong and re.search(r"introspection", wrong[0].message):
        raise guess("introspection", Code.NONE, "Introspection would tell of this simulator, and not of Boulevard.")
    missing = [one for one in NOT_PLAYED if wrong and f"'{one}'" in wrong[0].message]
    if missing:
        raise guess("not-simulated", Code.NONE, f"{missing[0]} is published, but this simulator does not play it.")
    if wrong:
        raise guess("document-error-form", Code.NONE, wrong[0].message)
    return document


def carry_out(asked: Asked, caller: Caller) -> Answered:
    """What it brings back. Raises: whatever an answer raises that is no refusal."""
    result = execute_sync(
        schema_of(caller.api), asked.document, context_value=caller, variable_values=dict(asked.variables)
    )
    refusals: list[Declined] = []
    errors: list[Json] = []
    for error in result.errors or ():
        cause = error.original_error
        if isinstance(cause, Declined):
            refusals.append(cause)
        elif cause is None or isinstance(cause, GraphQLError):
            refusals.append(guess("value-of-wrong-kind", Code.NONE, error.message))
        else:
            raise cause
        path = {"path": list(error.path)} if error.path is not None else {}
        errors.append({**error_of(refusals[-1], caller.business.world.code_place), **path})
    data = cast("Json", result.data)
    return Answered(body={"data": data, **({"errors": errors} if errors else {})}, refusals=refusals)


def error_of(declined: Declined, place: CodePlace) -> Row:
    """One of a body's errors. Documented [error-body]: message and code. Guess [no-code]: some have no code."""
    if declined.code is Code.NONE:
        return {"message": declined.says}
    if place is CodePlace.EXTENSIONS:
        return {"message": declined.says, "extensions": {"code": declined.code.value}}
    return {"message": declined.says, "code": declined.code.value}


def _cost(edges: Iterable[int]) -> int:
    """Seen [page-cost]: a page of 100 rows takes about 16 points. Guess [cost-of-a-query]: 1, and 15 per 100 rows."""
    return 1 + sum(ceil(15 * count / 100) for count in edges)


def _resolver(answer: Answer, mutation: str) -> GraphQLFieldResolver:
    def resolve(source: object, info: "GraphQLResolveInfo[Caller]", **arguments: Json) -> Json:
        caller: Caller = info.context
        if mutation:
            caller.before(mutation, given(arguments))
        found = answer(caller, source if isinstance(source, Mapping) else {}, arguments)
        if mutation:
            caller.after(mutation, given(arguments))
        return found

    return resolve


def _field(schema: GraphQLSchema, kind: str, name: str) -> GraphQLField:
    found = schema.type_map[kind]
    if not isinstance(found, GraphQLObjectType):
        raise TypeError(f"{kind} has no fields of its own")
    field: GraphQLField = found.fields[name]
    return field


def _operation(document: DocumentNode) -> tuple[OperationDefinitionNode, Mapping[str, FragmentDefinitionNode]]:
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) != 1:
        raise guess("one-operation", Code.NONE, "A document holds one query or one mutation.")
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    return operations[0], fragments


def _nodes(selected: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode]) -> list[FieldNode]:
    found: list[FieldNode] = []
    for one in selected.selections if selected else ():
        if isinstance(one, FieldNode):
            found.append(one)
        elif isinstance(one, FragmentSpreadNode):
            fragment = fragments.get(one.name.value)
            found += _nodes(fragment.selection_set, fragments) if fragment else []
        elif isinstance(one, InlineFragmentNode):
            found += _nodes(one.selection_set, fragments)
    return found


def _pages(api: Api, node: FieldNode) -> bool:
    kind = schema_of(api).query_type
    return kind is not None and node.name.value in kind.fields and "first" in kind.fields[node.name.value].args


def _edges(node: FieldNode, variables: Mapping[str, object]) -> int:
    for argument in node.arguments or ():
        if argument.name.value in ("first", "last"):
            match argument.value:
                case IntValueNode(value=value):
                    return int(value)
                case VariableNode(name=name):
                    count = variables.get(name.value)
                    return count if isinstance(count, int) else DEFAULT_PAGE
                case _:
                    pass
    return DEFAULT_PAGE
