"""A carrier and a post office that hand nothing over before the practice's agreement with them was looked up."""

from frontdesk.ports.channel import Accepted, Carrier, Mail, NotTaken, PostOffice, Text
from frontdesk.ports.gate import Gate


class GatedCarrier:
    """A carrier behind its gate."""

    def __init__(self, carrier: Carrier, gate: Gate) -> None:
        self._carrier = carrier
        self._gate = gate

    async def send(self, text: Text) -> Accepted | NotTaken:
        """Hand a text over. Raises: NotPermitted (no agreement covers the carrier), and what the carrier raises."""
        await self._gate.pass_through()
        return await self._carrier.send(text)


class GatedPostOffice:
    """A post office behind its gate."""

    def __init__(self, post_office: PostOffice, gate: Gate) -> None:
        self._post_office = post_office
        self._gate = gate

    async def post(self, mail: Mail) -> Accepted:
        """Hand a mail over. Raises: NotPermitted (no agreement covers the server), and what the server's raises."""
        await self._gate.pass_through()
        accepted = await self._post_office.post(mail)
        if accepted.tls is not None:
            await self._gate.saw(accepted.tls)
        return accepted
