"""What the desk asks of the world, as Protocols, with their outcomes and faults."""
