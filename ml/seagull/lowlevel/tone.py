"""How bright and how colourful: moments, a histogram, what is clipped."""

import numpy as np

from ml.seagull.lowlevel.channels import Channels, Plane

BINS = 8
NEARLY_BLACK, NEARLY_WHITE = 6 / 255, 249 / 255
GREY_BELOW = 0.03


def tone(of: Channels) -> dict[str, Plane]:
    """Luma's moments and histogram; shares of pixels at the ends of the range."""
    y = of.luma
    highest = np.maximum(np.maximum(of.red, of.green), of.blue)
    lowest = np.minimum(np.minimum(of.red, of.green), of.blue)
    bins = np.minimum((y * BINS).astype(np.int8), BINS - 1)
    return {
        "y": y,
        "y2": y * y,
        "y3": y * y * y,
        **{f"bin{index}": (bins == index).astype(np.float32) for index in range(BINS)},
        "black": (highest <= NEARLY_BLACK).astype(np.float32),
        "white": (lowest >= NEARLY_WHITE).astype(np.float32),
        "one_black": (lowest <= 1 / 255).astype(np.float32),
        "one_white": (highest >= 254 / 255).astype(np.float32),
    }


def colour(of: Channels) -> dict[str, Plane]:
    """Opponent colours' moments, saturation, the share that is grey."""
    highest = np.maximum(np.maximum(of.red, of.green), of.blue)
    saturation = highest - np.minimum(np.minimum(of.red, of.green), of.blue)
    return {
        "rg": of.red_green,
        "rg2": of.red_green * of.red_green,
        "yb": of.yellow_blue,
        "yb2": of.yellow_blue * of.yellow_blue,
        "chroma": np.sqrt(of.red_green * of.red_green + of.yellow_blue * of.yellow_blue),
        "saturation": saturation,
        "saturation2": saturation * saturation,
        "relative_saturation": saturation / (highest + np.float32(0.02)),
        "grey": (saturation < GREY_BELOW).astype(np.float32),
    }
