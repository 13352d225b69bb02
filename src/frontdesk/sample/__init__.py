"""The sample practice and its visits, for the demo and for trying things out. Everybody in it is invented."""
