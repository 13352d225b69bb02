"""Pages out of templates, and the addresses of the files they need."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

HERE = Path(__file__).parent
STATIC = HERE / "static"
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


def page(
    template: str,
    facts: Mapping[str, object],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page (or a part of one) with these facts in it; everything in it is escaped."""
    return HTMLResponse(_templates().get_template(template).render(facts), status_code=status, headers=headers)


def script(template: str, facts: Mapping[str, object]) -> str:
    """A script with these facts in it, each written as JSON by the template."""
    return _templates().get_template(template).render(facts)


@cache
def static_url(name: str) -> str:
    """The address of one of our files. It changes with the content, so browsers may keep it for ever."""
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def linked(text: str) -> Markup:
    """A text for a page, escaped, with each address in it as a link that shows where it leads."""
    shown, after = Markup(), 0
    for link in LINK.finditer(text):
        anchor = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(link.group())
        shown += escape(text[after : link.start()]) + anchor
        after = link.end()
    return shown + escape(text[after:])


def monogram(name: str) -> str:
    """The first letters of a name's first and last word, titles left out: "MG"."""
    words = [word for word in name.split() if not word.endswith(".")] or name.split()
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["static"] = static_url
    templates.filters["linked"] = linked
    templates.filters["monogram"] = monogram
    return templates
