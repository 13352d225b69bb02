"""Scheduling by FHIR, as its client: what to ask a server and what its answer says, as values. Sends nothing itself."""
