"""Boulevard: medspas and salons, over its Client API and its Admin API, both GraphQL."""
