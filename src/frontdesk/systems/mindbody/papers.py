"""Pure: a paper as Mindbody takes it among a client's documents."""

import base64

from frontdesk.ports.abilities import Document
from frontdesk.ports.faults import Refused

MOST = 4 * 1024 * 1024
"""Octets of a document."""
KINDS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "text/plain": "txt",
    "application/rtf": "rtf",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
"""Mindbody's word for each MIME type that a paper of the desk may have."""


def file_of(document: Document, *, mark: str) -> dict[str, object]:
    """The `File` of an upload; its name bears the mark, so that staff know one that came twice.

    Raises: Refused (Mindbody takes no such kind, or not so much).
    """
    kind = KINDS.get(document.kind)
    if kind is None:
        raise Refused(f"Mindbody takes no documents of the kind {document.kind}. Send a PDF.")
    if len(document.content) > MOST:
        raise Refused("Mindbody takes documents of 4 MB at most. Send a smaller one.")
    stem = document.name.rpartition(".")[0] or document.name
    return {
        "FileName": f"{stem} {mark}.{kind}",
        "MediaType": kind,
        "Buffer": base64.b64encode(document.content).decode(),
    }
