"""English that the domain speaks, listed so that translations have it; nothing here is used while the program runs,
but PATTERNS, the sentences with something to fill in.

Data, exports and the API's words keep the English; only what a person reads is translated, by `webapp.spoken`. A level's
word stands in the context of its scale, because “minor” is not the same for a blur and for importance.
"""

from webapp.phrases.patterns import PATTERNS
from webapp.phrases.refusals import HEARD

__all__ = ["HEARD", "PATTERNS"]
