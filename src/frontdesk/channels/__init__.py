"""How words reach people: a folder per channel."""
