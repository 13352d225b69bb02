"""The clinic benchmark: simulated patients with a goal, a receptionist under test, and what it leaves behind graded."""
