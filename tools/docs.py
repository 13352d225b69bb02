"""Checks that the docs name only what exists, and writes them as pages: `python -m tools.docs [--only-check]`."""

import html
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "build" / "docs"
FRONT = ("README.md", "CONTRIBUTING.md", "SECURITY.md")
TRACKED = ("src/", "tests/", "tools/", "docs/", "requirements/", "deploy/", "benchmarks/", "changelog/", ".ci/")
FILE = re.compile(rf"`((?:{'|'.join(map(re.escape, TRACKED))})[\w./-]*)`")
LINK = re.compile(r"(?<!\\)\[[^\]]*\]\((?P<link>[^)\s]+)\)|<img [^>]*src=\"(?P<picture>[^\"]+)\"")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
ELSEWHERE = re.compile(r"[a-z]+:")


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A page names something that is not there."""

    page: Path
    line: int
    names: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: `{self.names}` does not exist; correct the name, or write what it names"


def pages(root: Path) -> list[Path]:
    """Every page of the docs, the front pages first."""
    listed = [root / name for name in FRONT if (root / name).exists()]
    return listed + sorted((root / "docs").rglob("*.md")) + sorted((root / "changelog").glob("*.md"))


def broken(root: Path, page: Path) -> Iterator[Broken]:
    """Each relative link, picture, heading and file name on a page that leads nowhere."""
    text = FENCE.sub(lambda fence: "\n" * fence.group().count("\n"), page.read_text(encoding="utf-8"))
    for found in (*LINK.finditer(text), *FILE.finditer(text)):
        if found.re is FILE:
            names, stands = found.group(1), (root / found.group(1)).exists()
        else:
            names = found.group("link") or found.group("picture")
            stands = bool(ELSEWHERE.match(names)) or _leads_somewhere(page, names)
        if not stands:
            yield Broken(page=page.relative_to(root), line=text.count("\n", 0, found.start()) + 1, names=names)


def _leads_somewhere(page: Path, link: str) -> bool:
    name, _, heading = link.partition("#")
    target = page.parent / name if name else page
    return target.exists() and (not heading or heading in _headings(target))


def _headings(page: Path) -> set[str]:
    """The names by which the headings of a page are linked to."""
    titles = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def write(root: Path, into: Path) -> int:
    """How many pages were written. They need nothing else but the pictures of the checkout."""
    listed = pages(root)
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    template = Template((root / "tools" / "page.html").read_text(encoding="utf-8"))
    for page in listed:
        target = _written(page, root, into)
        target.parent.mkdir(parents=True, exist_ok=True)
        body = _linked(markdown.render(page.read_text(encoding="utf-8")), page, target)
        links = "\n".join(_entry(one, page, target, root, into) for one in listed)
        target.write_text(template.substitute(title=html.escape(_title(page)), links=links, body=body), "utf-8")
    return len(listed)


def _written(page: Path, root: Path, into: Path) -> Path:
    return into / page.relative_to(root).with_suffix(".html")


def _linked(body: str, page: Path, target: Path) -> str:
    """The same page with links to pages as they are written, and to everything else as it lies in the checkout."""

    def moved(found: re.Match[str]) -> str:
        kind, link = found.group(1), found.group(2)
        if ELSEWHERE.match(link) or link.startswith("#"):
            return found.group()
        if ".md" in link:
            return f'{kind}="{link.replace(".md", ".html")}"'
        return f'{kind}="{os.path.relpath(page.parent / link, target.parent)}"'

    return re.sub(r'(href|src)="([^"]+)"', moved, body)


def _entry(one: Path, current: Path, target: Path, root: Path, into: Path) -> str:
    mark = " aria-current='page'" if one == current else ""
    link = os.path.relpath(_written(one, root, into), target.parent)
    return f'<li><a href="{link}"{mark}>{html.escape(_title(one))}</a></li>'


def _title(page: Path) -> str:
    found = HEADING.search(page.read_text(encoding="utf-8"))
    return found.group(1) if found else page.stem


def main(arguments: Sequence[str]) -> int:
    """0 when every page names only what exists."""
    faults = [fault for page in pages(ROOT) for fault in broken(ROOT, page)]
    for fault in faults:
        print(fault)
    if faults:
        return 1
    if "--only-check" not in arguments:
        count = write(ROOT, BUILT)
        print(f"{count} pages in {BUILT.relative_to(ROOT)}; begin with {BUILT.relative_to(ROOT)}/README.html")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
