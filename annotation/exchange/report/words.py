"""The rules that may point at an annotator or ask for more votes, in words."""

WORDS = {
    "kurtosis": (
        "BT.500 outliers",
        "Share of votes far from the others on both sides (BT.500, own counts); nearly blind below 15 votes on a region.",
    ),
    "correlation": ("BT.500 correlation", "Correlation with the means, against the panel’s own limit."),
    "vqeg": ("P.913 correlation", "Correlation per region and per condition."),
    "leave_one_out": ("Unlike the others", "Correlation with the mean of the others’ votes."),
    "inconsistency": ("Inconsistent", "Spread around the recovered scores, as a multiple of the median annotator’s."),
    "constant": ("Always the same", "Variance of the person’s own votes."),
    "gold": ("Gold", "Share of hidden gold answers within one level."),
    "repeats": ("Repeats", "Standard deviation between a first and a second look, in levels."),
    "too_fast": ("Too fast", "Share of votes under four seconds."),
    "too_slow": ("Too slow", "Share of votes over three minutes."),
    "pace": ("Pace", "How far the median time is from the panel’s, in robust standard deviations."),
}
"""Of each signal a short name and what its number is."""
ASKED = {
    "wide": "the interval is too wide",
    "unsure": "with and without are too close",
    "camps": "the votes lie in two camps",
    "apart": "the model says something else",
    "person": "a person asked for them",
}
"""Why more votes were asked for, by the first word of a request's reasons; a scale follows it."""
