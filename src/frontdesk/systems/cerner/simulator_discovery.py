"""What the server says of itself. Documented [open-discovery]: to anybody, without a token."""

from collections.abc import Sequence
from datetime import date

from frontdesk.standards.simulating.fhir_capabilities import Offered, capability_statement, smart_configuration
from frontdesk.standards.simulating.fhir_values import Resource
from frontdesk.systems.cerner.simulator_calls import Call
from frontdesk.systems.cerner.simulator_world import World

INTERACTIONS = {"r": "read", "s": "search-type", "c": "create", "u": "patch"}


def capabilities(calls: Sequence[Call], *, base: str, token: str, on: date) -> Resource:
    """The CapabilityStatement of the calls that are played. `base` and `token` are whole addresses."""
    offered = [
        Offered(
            type=kind,
            interactions=[INTERACTIONS[one.letter] for one in calls if one.type == kind],
            search={name: one for call in calls if call.type == kind for name, one in call.parameters.items()},
        )
        for kind in dict.fromkeys(one.type for one in calls)
    ]
    return capability_statement(
        offered,
        url=base,
        name="CernerCapabilityStatement",
        date=on.isoformat(),
        version="4.0.1",
        token_url=token,
        patch_formats=["application/json-patch+json"],
    )


def smart(world: World, *, token: str) -> Resource:
    """The SMART configuration. Documented [ways-to-prove]: client_secret_basic and private_key_jwt, RS384 and ES384.

    Guess [smart-capabilities]: which capabilities it names.
    """
    return smart_configuration(
        token_url=token,
        scopes=sorted(world.scopes),
        methods=["client_secret_basic", "private_key_jwt"],
        capabilities=["client-confidential-symmetric", "client-confidential-asymmetric", "permission-v1"],
    )
