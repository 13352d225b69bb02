"""Our stylesheets, scripts and fonts. An address with the content's hash in it may be kept for ever."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from frontdesk.web.rendering import STATIC

FOR_EVER = "public, max-age=31536000, immutable"
LOOK_AGAIN = "public, no-cache"


class KeptFiles(StaticFiles):
    """The static folder, with what browsers may keep."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; a page of fonts or styles asks for it by its hash."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOR_EVER if b"v=" in scope["query_string"] else LOOK_AGAIN
        return response
