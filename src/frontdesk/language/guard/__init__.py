"""The fact guard: nothing leaves the desk that the facts do not bear, whatever phrased it."""
