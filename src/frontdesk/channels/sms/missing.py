"""A practice that has no carrier for texts yet."""

from frontdesk.ports.channel import Accepted, Text
from frontdesk.ports.faults import NotPermitted


class NoCarrier:
    """Sends nothing, and says so: each text becomes a task for the people at the desk."""

    async def send(self, text: Text) -> Accepted:
        """Raises: NotPermitted, always."""
        raise NotPermitted("No carrier for texts is connected to this practice. Connect one, then send it again.")
