"""Epic (Cadence scheduling, Prelude registration), as a hospital opens it to a client."""
