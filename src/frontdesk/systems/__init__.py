"""A folder per EHR/PMS."""
