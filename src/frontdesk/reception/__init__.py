"""The use cases: a message, the booking saga, a confirmation."""
