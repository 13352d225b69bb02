"""FHIR, HL7 v2 and iCalendar as shared parts."""
