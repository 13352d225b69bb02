"""The fields of our forms, found in the templates and in no list of ours."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "src/frontdesk/web/templates"


def form_fields(below: str = "") -> set[str]:
    """The name of every field in every form of the pages below that folder; not those a template makes from a list."""
    written = "\n".join(file.read_text() for file in (TEMPLATES / below).rglob("*.html"))
    return set(re.findall(r'<(?:input|select|textarea|button)\b[^>]*?\bname="([a-z_]+)"', written))
