"""What is free and what to offer, as plain functions over values."""
