"""The languages of the pages: English, in which everything is written, and each language that has a file in `locale`."""

from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import to_language

FOLDER = Path(__file__).resolve().parent / "locale"
ENGLISH = ("en", "English")


def offered(folder: Path = FOLDER) -> list[tuple[str, str]]:
    """Code and own name of each language, as `LANGUAGES` wants them."""
    found = sorted(to_language(path.parts[-3]) for path in folder.glob("*/LC_MESSAGES/django.mo"))
    return [ENGLISH, *((code, LANG_INFO.get(code, {}).get("name_local", code)) for code in found)]
