"""Our own rules: what ruff and mypy cannot know. One file a rule; `python -m tools.rules` runs them all."""
