"""The model version that comes with the project; `python -m ml.starter` makes it."""

from pathlib import Path
from typing import Final

TINY: Final = Path(__file__).parent / "tiny"
