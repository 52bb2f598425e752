"""Eyes for what resizing destroys: fixed low-level measurements of the full-resolution pixels, pooled under masks.

A small network that learns from few photographs does not find noise, blocks or blur in pixels alone; these numbers say
where they are, and the paper's blocks do the rest.
"""

from ml.seagull.lowlevel.measurements import EYES, STATISTICS, LowLevel, low_level
from ml.seagull.lowlevel.mirror import mirrored

__all__ = ["EYES", "STATISTICS", "LowLevel", "low_level", "mirrored"]
