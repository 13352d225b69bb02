"""Where the simulated domain believes to be: the FHIR server and the authorization server, each under its own host."""

from frontdesk.standards.simulating.http import Request
from frontdesk.systems.cerner.simulator_world import World


def base_path(world: World) -> str:
    """What every address of the FHIR server begins with, after its host."""
    return f"/r4/{world.tenant}"


def token_path(world: World) -> str:
    """Where tokens are asked for, on the authorization server's host. Documented [token-endpoint]."""
    return f"/tenants/{world.tenant}/protocols/oauth2/profiles/smart-v1/token"


def base_of(world: World, request: Request) -> str:
    """The FHIR server's address. Guess [addresses-of-loopback]: on this host, the one a request came to."""
    return (loopback(request) or world.fhir_host) + base_path(world)


def token_url(world: World, request: Request) -> str:
    """The token endpoint's address."""
    return (loopback(request) or world.authorization_host) + token_path(world)


def loopback(request: Request) -> str:
    """The address on this host that a request came to; "" where it came to another."""
    host = request.headers.get("host", "")
    name = host.rpartition(":")[0] or host
    return f"http://{host}" if name in ("127.0.0.1", "localhost", "[::1]") else ""
