"""Is there an accelerator for the children to hold?"""

import logging
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

DEVICES: Final = (Path("/dev/nvidiactl"), Path("/dev/kfd"), Path("/dev/dxg"))
"""Of NVIDIA, of AMD, and of either under Windows."""
ASK_TORCH: Final = "import sys, torch; sys.exit(not torch.cuda.is_available())"
ASK_SECONDS: Final = 120


@cache
def has_accelerator() -> bool:
    """As the children find it, who take one where there is one. Where there is a device, a child asks torch, which would
    stay in this process with hundreds of megabytes.
    """
    if not any(device.exists() for device in DEVICES):
        return False
    try:
        asked = subprocess.run([sys.executable, "-c", ASK_TORCH], capture_output=True, timeout=ASK_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("Whether there is an accelerator could not be found out: %s", error)
        return False
    return asked.returncode == 0
