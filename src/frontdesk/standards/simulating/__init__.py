"""What every simulated system shares: HTTP as it came, refusals with their rule, faults on demand; FHIR in fhir_*."""
