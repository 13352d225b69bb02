"""What the hospital's servers say of themselves, to anybody who asks."""

from collections.abc import Sequence

from frontdesk.standards.simulating.fhir_capabilities import Offered, capability_statement, smart_configuration
from frontdesk.standards.simulating.fhir_values import Resource
from frontdesk.standards.simulating.http import Request
from frontdesk.systems.epic.simulator_calls import Call, Surface
from frontdesk.systems.epic.simulator_gate import below
from frontdesk.systems.epic.simulator_hospital import SCOPES, World
from frontdesk.systems.epic.simulator_resources import address_of

VERSIONS = ((Surface.R4, "4.0.1"), (Surface.STU3, "3.0.1"))


def told_to_anybody(calls: Sequence[Call], world: World, request: Request) -> Resource | None:
    """The document that a request without a token is for; None where it is for none. Documented [discovery]."""
    for surface, version in VERSIONS:
        path = below(world, request)
        if request.method == "GET" and path == f"{surface.value}/metadata":
            return _statement(calls, world, surface, version)
        if request.method == "GET" and path == f"{surface.value}/.well-known/smart-configuration":
            return smart_configuration(
                token_url=f"{world.base}/oauth2/token",
                scopes=sorted(SCOPES),
                methods=["private_key_jwt"],
                capabilities=["client-confidential-asymmetric", "permission-v1"],
            )
    return None


def _statement(calls: Sequence[Call], world: World, surface: Surface, version: str) -> Resource:
    """The CapabilityStatement of a version: what is played of it."""
    kinds: dict[str, list[Call]] = {}
    for call in calls:
        if call.surface is surface:
            kinds.setdefault(call.path.strip("/").partition("/")[0], []).append(call)
    offered = [
        Offered(
            type=kind,
            interactions=sorted({_interaction(call) for call in of_kind if "$" not in call.path}),
            search={
                name: parameter
                for call in of_kind
                if call.method == "GET"
                for name, parameter in call.parameters.items()
                if name != "sessionID"
            },
            operations={
                call.path.rpartition("$")[2]: f"{address_of(world, surface)}/OperationDefinition"
                for call in of_kind
                if "$" in call.path
            },
        )
        for kind, of_kind in kinds.items()
    ]
    return capability_statement(
        offered,
        url=address_of(world, surface),
        name=world.name,
        date="2026-01-01",
        version=version,
        token_url=f"{world.base}/oauth2/token",
    )


def _interaction(call: Call) -> str:
    return "create" if call.method == "POST" else "read" if "{id}" in call.path else "search-type"
