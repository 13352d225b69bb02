"""A paper for a patient's chart, once: Open Dental knows no key, so its description bears our mark."""

import base64

from frontdesk.ports.abilities import Document
from frontdesk.ports.faults import Refused
from frontdesk.systems.opendental.client import Client, made
from frontdesk.systems.opendental.marks import mark_of

EXTENSIONS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
_LONGEST_NAME = 200  # letters; Open Dental's column holds 255


async def put_paper(chart: int, document: Document, *, key: str, client: Client) -> None:
    """Have it in the patient's images folder, in the category that the office has first.

    Raises: Refused (Open Dental takes no such kind), Unreachable, OutcomeUnknown, NotPermitted.
    """
    extension = EXTENSIONS.get(document.kind)
    if extension is None:
        raise Refused(f"Open Dental is given papers of the kinds {', '.join(EXTENSIONS)}; this is another.")
    mark = mark_of(f"paper {key}")

    async def there() -> int | None:
        rows = await client.documents(chart)
        marked = (row.integer("DocNum") for row in rows if row.has("Description") and mark in row.text("Description"))
        return next(marked, None)

    if await there() is not None:
        return
    upload = client.upload(
        {
            "PatNum": chart,
            "rawBase64": base64.b64encode(document.content).decode("ascii"),
            "extension": extension,
            "Description": f"{document.name[:_LONGEST_NAME]} ({mark})",
        }
    )
    await made(upload, there)
