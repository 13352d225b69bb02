"""A phone on this machine: the carrier's side of a call, in real time, and a patient who speaks into it."""
