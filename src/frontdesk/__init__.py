"""Frontdesk: an open-source AI receptionist for medspas and clinics."""

__version__ = "0.1.0"
