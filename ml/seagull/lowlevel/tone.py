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
    square = y * y
    yield "y2", square
    yield "y3", ((square, y),)
    for index in range(BINS):
        yield f"bin{index}", bins == index
    yield "black", highest <= NEARLY_BLACK
    yield "white", lowest >= NEARLY_WHITE
    yield "one_black", lowest <= 1 / 255
    yield "one_white", highest >= 254 / 255


def colour(of: Channels) -> Planes:
    """Opponent colours' moments, saturation, the share that is grey."""
    highest = np.maximum(np.maximum(of.red, of.green), of.blue)
    saturation = highest - np.minimum(np.minimum(of.red, of.green), of.blue)
    squares = of.red_green * of.red_green, of.yellow_blue * of.yellow_blue
    yield "rg", of.red_green
    yield "rg2", squares[0]
    yield "yb", of.yellow_blue
    yield "yb2", squares[1]
    yield "chroma", np.sqrt(squares[0] + squares[1])
    yield "saturation", saturation
    yield "saturation2", ((saturation, saturation),)
    yield "relative_saturation", np.asarray(saturation / (highest + np.float32(0.02)), dtype=np.float32)
    yield "grey", saturation < GREY_BELOW
