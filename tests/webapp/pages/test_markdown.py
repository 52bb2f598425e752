import pytest

from webapp.pages.markdown import as_html


def test_tables_lists_and_links_are_rendered() -> None:
    text = "# One\n\n- a\n- b\n\n| x |\n|---|\n| y |\n\n[link](https://example.org)"

    html = as_html(text)

    assert [html.count(tag) for tag in ("<h1>", "<li>", "<td>", '<a href="https://example.org">')] == [1, 2, 1, 1]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "![x](https://example.org/spy.png)",
        '[x](https://example.org "\\" onmouseover=alert(1)")',
    ],
)
def test_nothing_active_and_no_picture_comes_through(text: str) -> None:
    html = as_html(text)

    assert [tag in html for tag in ("<script", "<img", 'href="javascript', 'href="data', '" onmouseover')] == [
        False
    ] * 5
