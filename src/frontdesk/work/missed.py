"""Job: look at the carrier for texts that never came in."""

from frontdesk.domain.ids import PracticeId
from frontdesk.reception.missed import Listing
from frontdesk.storage.jobs import Job
from frontdesk.wiring import Frontdesk


async def missed(desk: Frontdesk, job: Job) -> None:
    """Bring in what the practice's numbers were sent and never got."""
    listing = listing_of(desk, job.practice)
    if listing is not None:
        await desk.missed.look(job.practice, listing)


def listing_of(desk: Frontdesk, practice: PracticeId) -> Listing | None:
    """What the practice's carrier lists; None: it has none, or one that documents no list."""
    texting = desk.texting_of(practice)
    if texting is None or (texts := texting.account.listing) is None:
        return None
    return Listing(carrier=texting.carrier.key, texts=texts)
