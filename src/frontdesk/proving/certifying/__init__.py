"""One suite for every connector: what it says it can is tried on a simulated system, with every step going wrong."""
