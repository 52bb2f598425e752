"""What to look at in the anchor of each level, level 0 first. Written for both ways a distortion can go."""

from annotation.scales import TOP_LEVEL

NOTES: dict[str, tuple[str, ...]] = {
    "exposure": (
        "Almost everything is lost in black or in white.",
        "Large parts are lost in shadow or in light.",
        "Clearly too dark or too bright; some detail is gone.",
        "A little too dark or too bright; the detail is there.",
        "Hardly off: one has to look for it.",
        "As light as it should be.",
    ),
    "noise": (
        "Grain covers everything; fine detail cannot be told from it.",
        "Strong grain everywhere; only large shapes are clean.",
        "Grain is plain to see in even surfaces and in shadows.",
        "Some grain in even surfaces.",
        "Grain only where one searches for it.",
        "Even surfaces are even.",
    ),
    "blur": (
        "Only patches of colour are left; no edge can be seen.",
        "Shapes can be guessed; all texture is gone.",
        "Edges are wide and texture is smeared.",
        "Edges are a little soft; fine texture is weaker.",
        "Soft only beside the sharp one.",
        "Edges and texture are sharp.",
    ),
    "contrast": (
        "One flat tone, or only black and white.",
        "Very flat, or very harsh; shapes hardly part, or their insides are gone.",
        "Clearly flat or harsh.",
        "A little flat or a little hard.",
        "Hardly off: one has to look for it.",
        "Dark and light are well apart, with tones between.",
    ),
    "colorfulness": (
        "No colour is left, or colours burn.",
        "Almost grey, or glaring.",
        "Clearly pale, or clearly too strong.",
        "A little pale, or a little too strong.",
        "Hardly off: one has to look for it.",
        "Colours as one would expect them.",
    ),
    "compression": (
        "Made of blocks; colours run over the edges.",
        "Blocks everywhere and rings around every edge.",
        "Blocks in even surfaces, flicker around edges.",
        "Some rings around strong edges.",
        "To be found only very close.",
        "No blocks, no rings.",
    ),
    "quality": (
        "Hardly of any use.",
        "Strong faults that disturb at once.",
        "Faults that one notices, but can live with.",
        "Small faults that do not disturb.",
        "Nothing to find fault with.",
    ),
    "importance": (
        "Whatever happens here, the picture stays as good as it is.",
        "It is noticed only by who looks for it.",
        "It plays its part in the picture.",
        "The picture suffers when this place does.",
        "The picture stands or falls with this place.",
    ),
}

SLOTS = tuple((scale, level) for scale, top in TOP_LEVEL.items() for level in range(top + 1))
"""Every anchor a study can have: six for a distortion, five for quality and for importance."""
