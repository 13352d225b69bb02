"""Background jobs: a file per job."""
