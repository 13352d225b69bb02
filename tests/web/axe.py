"""What axe-core finds wrong with a page that is open in a real browser, by WCAG 2.0, 2.1 and 2.2, levels A and AA.

A frame is looked at by itself. axe-core is under MPL-2.0 and only the tests use it.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.async_api import Frame, Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
RUN = """async (levels) => {
  const found = await axe.run(document, { runOnly: levels, iframes: false, resultTypes: ["violations"] });
  const told = (one, node) => `${one.id}: ${node.html.slice(0, 140)} (${one.help})`;
  return found.violations.flatMap((one) => one.nodes.map((node) => told(one, node)));
}"""


async def violations(page: Page | Frame) -> list[str]:
    """A line for each element that breaks a rule; [] where none does. The script is put in past the page's policy."""
    await page.evaluate(_axe())
    found: Any = await page.evaluate(RUN, LEVELS)
    return [str(one) for one in found]


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
