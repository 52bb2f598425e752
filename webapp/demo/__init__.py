"""The demonstration: a whole study from photographs to labels, with simulated annotators over the real HTTP API."""
