"""Eq. 1 of the paper on integers: from a sum of votes to one of five classes."""

CLASSES = 5


def category(total: int, votes: int, top: int) -> int:
    """The class 0..4 of the mean `total / votes` on a scale with maximum `top` (the paper's M).

    K(s) = i if M*i/5 < s <= M*(i+1)/5, computed as the smallest i with 5*total <= M*votes*(i+1). Zero belongs to the
    lowest class and anything above M to the highest. Raises ValueError without votes.
    """
    if votes <= 0:
        raise ValueError("There is no class without votes.")
    step = top * votes
    return min(max(-(-CLASSES * total // step) - 1, 0), CLASSES - 1)
