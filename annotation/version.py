"""Which platform made a file."""

VERSION = "0.1.0"
"""The same as in pyproject.toml; reports name it."""
