"""What a patient writes after a call that ended too soon."""

import re

from frontdesk.proving.clinic.desk_agent import DeskSession
from frontdesk.proving.clinic.task import e164
from frontdesk.proving.phone.scripts import Script


async def write_texts(session: DeskSession, script: Script) -> None:
    """Write each text of the script, as long as the last one that came fits what it answers."""
    phone = e164(script.patient.phone or "")
    for text in script.texts:
        got = [one.body for one in session.post.texts if one.to == phone]
        if got and re.search(text.to, got[-1], re.IGNORECASE):
            await session.say(text.says, session.clock.now())
