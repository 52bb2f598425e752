"""What browser tests wait for in a page, as far as a program can see it."""

import ast
from collections.abc import Iterator
from pathlib import Path

BROWSER = Path(__file__).parent / "browser"


def waits() -> Iterator[tuple[str, str]]:
    """Where something is waited for in the page, and the script."""
    for path in BROWSER.glob("*.py"):
        tree = ast.parse(path.read_text())
        named = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "wait_for_function":
                given = node.args[0]
                script = named[given.id] if isinstance(given, ast.Name) else given
                yield f"{path.name}:{node.lineno}", ast.unparse(script).lstrip("f'\"").lstrip()


def test_what_is_waited_for_in_a_page_is_a_function() -> None:
    """A bare expression is asked again by the page's own eval, which our content security policy forbids."""
    found = dict(waits())

    assert len(found) > 5
    assert [where for where, script in found.items() if not script.startswith("() =>")] == []


def test_what_is_waited_for_in_a_page_is_no_promise() -> None:
    """Playwright takes a promise for a yes and waits for nothing; tests/browser/waiting.py's `until` asks again."""
    later = ("async", "Promise", ".then(")

    assert [where for where, script in waits() if any(word in script for word in later)] == []
