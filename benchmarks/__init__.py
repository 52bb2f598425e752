"""Repeatable measurements; each module prints what it measured and how."""
