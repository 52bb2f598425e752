from annotation.exchange.people_csv import links_csv


def test_names_that_look_like_formulas_are_text_in_a_spreadsheet() -> None:
    table = links_csv([("=cmd|' /C calc'!A0", "https://x/1"), ("@sum", ""), ("finn, jr", "https://x/2")])

    assert table.split("\r\n") == [
        "username,link",
        "'=cmd|' /C calc'!A0,https://x/1",
        "'@sum,",
        '"finn, jr",https://x/2',
        "",
    ]
