"""HL7 version 2: messages read and written exactly, and what they say of visits and patients as values."""
