"""The authorization server: an app's credentials in, a token of nine and a half minutes out."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from frontdesk.standards.simulating.fhir_tokens import App, BadToken, NoToken, TokenError, TokenRefused, Tokens
from frontdesk.standards.simulating.http import Request
from frontdesk.standards.simulating.refusals import documented, guess
from frontdesk.systems.cerner.simulator_addresses import token_path, token_url
from frontdesk.systems.cerner.simulator_gate import FORM
from frontdesk.systems.cerner.simulator_world import World

LIFE = timedelta(seconds=570)
"""Documented [token-life]."""

LONGEST_SCOPE = 1_000
"""Documented [too-many-scopes]: a token must fit in a header. That 1,000 characters of scopes do not is a guess."""

BETWEEN = timedelta(minutes=1)


class AuthorizationServer:
    """Gives tokens to the one app the world knows, and reads them again."""

    def __init__(self, world: World) -> None:
        self._world = world
        app = App(client_id=world.client_id, secret=world.client_secret, keys=world.client_keys, scopes=world.scopes)
        self._tokens = Tokens(app, token_url=world.authorization_host + token_path(world), life=LIFE)
        self._last: datetime | None = None

    def scopes(self, request: Request, *, now: datetime, enabled: bool) -> frozenset[str]:
        """What a call's token is good for. Documented [bearer-token]: 401 without a good one. Raises: Refusal."""
        try:
            scopes = self._tokens.scopes_of(request.headers.get("authorization", ""), now=now)
        except TokenRefused as refused:
            if refused.why is BadToken.EXPIRED:
                raise documented("token-life", 401, "") from None
            raise documented("bearer-token", 401, "") from None
        if not enabled:
            raise documented("bearer-token", 401, "")
        return scopes

    def give(self, request: Request, *, now: datetime, enabled: bool) -> Mapping[str, str | int]:
        """A token's answer. Documented [system-flow]: for a secret in a Basic header, or for a signed assertion.

        Raises: Refusal. Documented [token-throttle]: asked for again within a minute, where the world says so.
        """
        if request.path != token_path(self._world):
            raise guess("token-of-another-tenant", 404, "")
        if request.query or request.headers.get("content-type", "").partition(";")[0] != FORM:
            raise documented("token-form", 400, json.dumps({"error": TokenError.REQUEST.value}))
        if request.headers.get("accept", "").partition(";")[0] != "application/json":
            raise guess("token-accept", 406, "")
        if self._world.throttles_tokens and self._last is not None and now - self._last < BETWEEN:
            raise documented("token-throttle", 429, "")
        try:
            given = self._given(request, now=now, enabled=enabled)
        except NoToken as no:
            if no.error is TokenError.CLIENT:
                raise documented("invalid-client", 401, no.body) from None
            raise documented("granted-scopes", 400, no.body) from None
        self._last = now
        return given

    def _given(self, request: Request, *, now: datetime, enabled: bool) -> Mapping[str, str | int]:
        if not enabled:
            raise NoToken(TokenError.CLIENT)
        authorization = request.headers.get("authorization", "")
        given = self._tokens.give(request.body, authorization, now=now, at=token_url(self._world, request))
        if len(str(given["scope"])) > LONGEST_SCOPE:
            raise NoToken(TokenError.SCOPE)
        return given
