"""Cerner, now Oracle Health: its FHIR R4 scheduling (Millennium Platform APIs), and a simulated one."""
