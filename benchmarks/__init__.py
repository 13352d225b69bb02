"""Measurements, run by `make bench`. Each prints what it measured, beside what it is compared with."""
