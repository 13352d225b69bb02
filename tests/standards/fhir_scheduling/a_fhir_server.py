"""A real FHIR R4 server that nobody here wrote (sekmet-fhir), in a process of its own on this machine.

It is a development dependency; SEKMET_PYTHON names a Python that has it elsewhere.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import httpx

from frontdesk.standards.fhir_scheduling.asking import Ask, NotOffered, Said
from frontdesk.standards.fhir_scheduling.bundles import Page, Paging, read_page
from frontdesk.standards.fhir_scheduling.changing import Written, create, read_written
from frontdesk.standards.fhir_scheduling.reading import Resource


def python() -> str | None:
    """The Python that can run it; None where none can."""
    return os.environ.get("SEKMET_PYTHON") or (sys.executable if find_spec("sekmet") else None)


@dataclass(frozen=True, kw_only=True)
class FhirServer:
    """Where it is, and a way to ask it."""

    base: str
    http: httpx.Client

    def ask(self, ask: Ask | NotOffered) -> Said:
        """What it says."""
        assert isinstance(ask, Ask), ask
        answer = self.http.request(
            ask.method, f"{self.base}{ask.target}", content=ask.octets, headers=dict(ask.sent_headers)
        )
        body = answer.json() if answer.content else None
        return Said(status=answer.status_code, body=body, headers={k.lower(): v for k, v in answer.headers.items()})

    def pages(self, ask: Ask | NotOffered, type: str) -> list[Page]:
        """Every page of a search."""
        assert isinstance(ask, Ask), ask
        paging: Paging | None = Paging(ask=ask, base=self.base)
        read: list[Page] = []
        while paging is not None:
            read.append(read_page(self.ask(paging.ask), type))
            paging = paging.after(read[-1])
        return read

    def found(self, ask: Ask | NotOffered, type: str) -> list[Resource]:
        """All that a search matches."""
        return [one for page in self.pages(ask, type) for one in page.matches]

    def created(self, resource: Resource) -> Resource:
        """A new resource, as the server has it."""
        written = read_written(self.ask(create(resource)), str(resource["resourceType"]))
        assert isinstance(written, Written), written
        assert written.resource is not None
        return written.resource


@contextmanager
def a_fhir_server(folder: Path, **settings: object) -> Iterator[FhirServer]:
    """An empty server; its process has ended at the end."""
    program = python()
    assert program is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    base = f"http://127.0.0.1:{port}/fhir"
    where = {"base_url": base, "host": "127.0.0.1", "port": port, "data_dir": str(folder / "data")}
    quiet = {"simulator": {"enabled": False}, "log_inbound": False}
    (folder / "settings.yaml").write_text(json.dumps({**where, **quiet, **settings}))
    process = subprocess.Popen(
        (program, "-c", "from sekmet.cli import app; app()", "serve", "--config", "settings.yaml"),
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(trust_env=False, timeout=30) as http:
            _answers(http, base)
            yield FhirServer(base=base, http=http)
    finally:
        process.terminate()
        process.wait()


def _answers(http: httpx.Client, base: str) -> None:
    for _ in range(300):
        try:
            http.get(f"{base}/metadata")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("sekmet-fhir did not begin to answer within thirty seconds")
