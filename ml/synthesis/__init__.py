"""Distortions of known kind and strength, and pictures made with them."""

from ml.synthesis.distortions import KINDS, STRENGTHS, Kind, distort, level_of, seed_of

__all__ = ["KINDS", "STRENGTHS", "Kind", "distort", "level_of", "seed_of"]
