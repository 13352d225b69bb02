"""Names of things, so that a room's id is never passed where a device's is meant.

Ids of the catalogue (practitioners, rooms...) are the short words written in a practice's files; ids
of what happens (conversations, messages, patients) are UUIDs given by whoever starts them. An
appointment's id belongs to the system of record and is therefore text.
"""

from typing import NewType
from uuid import UUID

PracticeId = NewType("PracticeId", UUID)
ConversationId = NewType("ConversationId", UUID)
MessageId = NewType("MessageId", UUID)
PatientId = NewType("PatientId", UUID)

LocationId = NewType("LocationId", str)
PractitionerId = NewType("PractitionerId", str)
RoomId = NewType("RoomId", str)
DeviceId = NewType("DeviceId", str)
ServiceId = NewType("ServiceId", str)
AppointmentId = NewType("AppointmentId", str)
