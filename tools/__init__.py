"""What keeps the house: installing, checking, measuring, starting a connector."""
