"""The languages of the pages: English, in which everything is written, and each language that has a file.

Files lie in `locale` here, or in `locale` of the data folder, where an installation adds its own.
"""

from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import to_language

FOLDER = Path(__file__).resolve().parent / "locale"
ENGLISH = ("en", "English")


def offered(*folders: Path) -> list[tuple[str, str]]:
    """Code and own name of each language, as `LANGUAGES` wants them."""
    files = (path for folder in folders for path in folder.glob("*/LC_MESSAGES/django.mo"))
    found = sorted({to_language(path.parts[-3]) for path in files})
    return [ENGLISH, *((code, LANG_INFO.get(code, {}).get("name_local", code)) for code in found)]
