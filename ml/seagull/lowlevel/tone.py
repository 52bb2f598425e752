"""How bright and how colourful: moments, a histogram, what is clipped."""

import numpy as np

from ml.seagull.lowlevel.channels import Channels, Planes

BINS = 8
NEARLY_BLACK, NEARLY_WHITE = 6 / 255, 249 / 255
GREY_BELOW = 0.03


def tone(of: Channels) -> Planes:
    """Luma's moments and histogram; shares of pixels at the ends of the range."""
    y = of.luma
    highest = np.maximum(np.maximum(of.red, of.green), of.blue)
    lowest = np.minimum(np.minimum(of.red, of.green), of.blue)
    bins = np.minimum((y * BINS).astype(np.int8), BINS - 1)
    yield "y", y
    yield "y2", y * y
    yield "y3", y * y * y
    for index in range(BINS):
        yield f"bin{index}", (bins == index).astype(np.float32)
    yield "black", (highest <= NEARLY_BLACK).astype(np.float32)
    yield "white", (lowest >= NEARLY_WHITE).astype(np.float32)
    yield "one_black", (lowest <= 1 / 255).astype(np.float32)
    yield "one_white", (highest >= 254 / 255).astype(np.float32)


def colour(of: Channels) -> Planes:
    """Opponent colours' moments, saturation, the share that is grey."""
    highest = np.maximum(np.maximum(of.red, of.green), of.blue)
    saturation = highest - np.minimum(np.minimum(of.red, of.green), of.blue)
    yield "rg", of.red_green
    yield "rg2", of.red_green * of.red_green
    yield "yb", of.yellow_blue
    yield "yb2", of.yellow_blue * of.yellow_blue
    yield "chroma", np.sqrt(of.red_green * of.red_green + of.yellow_blue * of.yellow_blue)
    yield "saturation", saturation
    yield "saturation2", saturation * saturation
    yield "relative_saturation", np.asarray(saturation / (highest + np.float32(0.02)))
    yield "grey", (saturation < GREY_BELOW).astype(np.float32)
