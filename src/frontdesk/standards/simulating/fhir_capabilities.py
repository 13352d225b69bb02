"""What a simulated FHIR server says of itself: its CapabilityStatement and its SMART configuration.

Sources: http://hl7.org/fhir/R4/capabilitystatement.html, SMART App Launch 2 (conformance).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from frontdesk.standards.simulating.fhir_search import Parameter
from frontdesk.standards.simulating.fhir_values import Json, Resource

OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """What a server offers of one type. `interactions` are FHIR's own words, like "search-type"; `operations` are
    names without the dollar sign, with the address of their definition."""

    type: str
    interactions: Sequence[str]
    search: Mapping[str, Parameter] = field(default_factory=dict)
    operations: Mapping[str, str] = field(default_factory=dict)


def capability_statement(
    offered: Sequence[Offered],
    *,
    url: str,
    name: str,
    date: str,
    version: str,
    token_url: str,
    patch_formats: Sequence[str] = (),
) -> Resource:
    """The CapabilityStatement of a server at `url`; `version` is FHIR's, `date` a day."""
    statement: dict[str, Json] = {
        "resourceType": "CapabilityStatement",
        "url": f"{url}/metadata",
        "name": name,
        "status": "active",
        "date": date,
        "kind": "instance",
        "implementation": {"description": name, "url": url},
        "fhirVersion": version,
        "format": ["json"],
    }
    if patch_formats:
        statement["patchFormat"] = list(patch_formats)
    uris: Resource = {"url": OAUTH_URIS, "extension": [{"url": "token", "valueUri": token_url}]}
    security: Resource = {"cors": True, "extension": [uris]}
    resources = [_described(one) for one in offered]
    return {**statement, "rest": [{"mode": "server", "security": security, "resource": resources}]}


def smart_configuration(
    *,
    token_url: str,
    scopes: Sequence[str],
    methods: Sequence[str],
    capabilities: Sequence[str],
    algorithms: Sequence[str] = ("RS384", "ES384"),
) -> Resource:
    """The document at /.well-known/smart-configuration of a server for backend services."""
    return {
        "token_endpoint": token_url,
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": list(methods),
        "token_endpoint_auth_signing_alg_values_supported": list(algorithms),
        "scopes_supported": list(scopes),
        "capabilities": list(capabilities),
    }


def _described(offered: Offered) -> Resource:
    described: dict[str, Json] = {
        "type": offered.type,
        "interaction": [{"code": one} for one in offered.interactions],
    }
    if offered.search:
        described["searchParam"] = [{"name": name, "type": one.kind.value} for name, one in offered.search.items()]
    if offered.operations:
        described["operation"] = [{"name": name, "definition": url} for name, url in offered.operations.items()]
    return described
