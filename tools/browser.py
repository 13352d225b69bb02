"""Finds a Chromium for the tests that need one, and gets one where it can: `python -m tools.browser`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
UNPACKED = ROOT / ".venv" / "browser"
KNOWN = ROOT / ".venv" / "chromium"
"""Names the browser that was seen working; read by tests/browser.py."""

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""The first has no window to draw: it starts, and shows a page, with half the work of the others."""

PACKED = "@sparticuz/chromium@153.0.0"
"""A Chromium that lies inside its npm package (https://github.com/Sparticuz/chromium); it downloads nothing."""

ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage")
"""Root and containers have no sandbox, and often a small /dev/shm."""

MISSING = """\
*************************************************************************************************
  NO CHROMIUM ON THIS MACHINE: the tests that drive a browser will be SKIPPED.
  To run them, as root: apt-get install chromium-headless-shell libatomic1
  (or TEST_BROWSER=/path/to/one)
*************************************************************************************************"""


def candidates() -> Iterator[Path]:
    """Where a Chromium may lie: the one named; else Debian's, Playwright's own, the unpacked one."""
    if named := os.environ.get("TEST_BROWSER"):
        yield Path(named)
        return
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    yield from sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"), reverse=True)
    yield UNPACKED / "run"


def driver_runs() -> bool:
    """Whether Playwright's own program starts: it needs a Node.js, and brings one that needs libatomic.

    Where that one does not start, the Node.js of this machine is used.
    """
    brought = Path(compute_driver_executable()[0])
    if not _starts(brought) and (here := shutil.which("node")):
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = here
        return True
    return _starts(brought)


def _starts(node: Path) -> bool:
    return subprocess.run((node, "--version"), capture_output=True, check=False).returncode == 0


def works(browser: Path) -> bool:
    """Whether this program shows a page."""
    if not browser.exists() or not driver_runs():
        return False
    try:
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=browser, args=list(ARGUMENTS), timeout=60_000)
            page = started.new_page()
            page.set_content("<p>Good evening</p>")
            shown = page.inner_text("p")
            started.close()
    except Error:
        return False
    return shown == "Good evening"


def find() -> Path | None:
    """A Chromium seen working, and noted for the tests; None when there is none."""
    if KNOWN.exists() and not os.environ.get("TEST_BROWSER"):
        known = Path(KNOWN.read_text())
        if known.exists() and driver_runs():
            return known
    found = next(filter(works, candidates()), None)
    if found:
        KNOWN.write_text(str(found))
    return found


def install_from_debian() -> None:
    """Chromium, a plain font and what Playwright needs, from Debian's own packages; only root may."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ("install", "-y", "-qq", "--no-install-recommends", "fonts-dejavu-core", "libatomic1")

    def apt_get(*step: str) -> bool:
        ran = subprocess.run(
            ("apt-get", *step), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
        )
        return ran.returncode == 0

    apt_get("update", "-qq")
    if not apt_get(*install, "chromium-headless-shell"):  # Debian has had it since 2024
        apt_get(*install, "chromium")


def install_from_npm(npm: str, node: str) -> None:
    """Unpack the Chromium of an npm package under .venv/browser, with the libraries and fonts it brings."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    if subprocess.run((npm, "install", *quietly, PACKED), cwd=UNPACKED, check=False).returncode != 0:
        return
    unpack = "require('fs').writeFileSync(1, require('zlib').brotliDecompressSync(require('fs').readFileSync(0)))"
    for packed in sorted((UNPACKED / "node_modules" / "@sparticuz" / "chromium" / "bin").glob("*.br")):
        target = UNPACKED / packed.stem
        with packed.open("rb") as source, target.open("wb") as sink:
            subprocess.run((node, "--eval", unpack), stdin=source, stdout=sink, check=True)
        if target.suffix == ".tar":
            subprocess.run(("tar", "-xf", target), cwd=UNPACKED, check=True)
    (UNPACKED / "chromium").chmod(0o755)
    (UNPACKED / "fonts.conf").write_text(
        f"<fontconfig><dir>{UNPACKED}/fonts</dir><cachedir>{UNPACKED}/font-cache</cachedir></fontconfig>\n"
    )
    start = UNPACKED / "run"
    start.write_text(
        "#!/bin/sh\n"
        f'export LD_LIBRARY_PATH="{UNPACKED}/lib" FONTCONFIG_FILE="{UNPACKED}/fonts.conf"\n'
        f'exec "{UNPACKED}/chromium" "$@"\n'
    )
    start.chmod(0o755)


def main() -> int:
    """0 always: a machine without a browser still runs every other test, and is told so loudly."""
    if find():
        return 0
    print("Getting a Chromium for the browser tests ...", flush=True)
    npm, node = shutil.which("npm"), shutil.which("node")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install_from_debian()
    elif npm and node:
        install_from_npm(npm, node)
    if not find():
        print(MISSING, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
