"""How telephone numbers are written for people."""

import re


def pretty(number: str) -> str:
    """A North American number as people read it: "(512) 555-0147"; any other as it stands."""
    parts = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number)
    return f"({parts[1]}) {parts[2]}-{parts[3]}" if parts else number
