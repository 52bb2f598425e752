VERSION = "0.1.0"
"""Of the platform, as reports name it; the same as in pyproject.toml."""
