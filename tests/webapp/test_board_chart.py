from datetime import date, timedelta

from webapp.board_chart import STRIP_HEIGHT, growth, strip

FIRST = date(2026, 3, 2)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def test_before_the_first_vote_there_is_no_line() -> None:
    assert growth({}, 100, None, FIRST) is None


def test_the_line_rises_to_what_was_said_and_the_forecast_to_all() -> None:
    chart = growth({day(0): 10, day(1): 30}, 100, day(4), day(2))

    assert chart is not None
    heights = [float(point.split(",")[1]) for point in chart.line.split()]
    assert heights == [158.0, 110.0, 110.0]
    assert chart.ahead.split()[-1] == f"{chart.right}.0,{chart.goal}"
    assert (chart.today_x, chart.today_y, chart.grid[-1]) == (374.0, 110.0, (14.0, 100))


def test_days_without_votes_are_flat_and_not_sloped() -> None:
    chart = growth({day(0): 10, day(9): 10}, 20, None, day(9))

    assert chart is not None
    points = [tuple(float(number) for number in point.split(",")) for point in chart.line.split()]
    assert [height for _, height in points] == [94.0, 94.0, 14.0]
    assert chart.ahead == ""


def test_the_first_day_has_a_line_too() -> None:
    chart = growth({day(0): 10}, 20, None, day(0))

    assert chart is not None
    assert chart.line == f"{chart.left}.0,{chart.bottom}.0 {chart.right}.0,94.0"


def test_dates_are_at_most_six_from_the_first() -> None:
    for length in (0, 1, 5, 6, 11, 400):
        chart = growth({day(0): 1}, 10, day(length) if length else None, day(0))
        assert chart is not None
        assert chart.ticks[0][1] == day(0 if length else -1)
        assert 1 <= len(chart.ticks) <= 6


def test_strips_of_all_people_have_one_scale_and_no_vote_is_invisible() -> None:
    bars = strip([0, 1, 100, 50], 100)

    assert [bar.height for bar in bars] == [1, 2, STRIP_HEIGHT, STRIP_HEIGHT / 2]
    assert [bar.y + bar.height for bar in bars] == [STRIP_HEIGHT] * 4
    assert [bar.height for bar in strip([0, 0], 0)] == [1, 1]


def test_lines_lie_where_their_whole_numbers_are() -> None:
    for wanted in (1, 2, 3, 6, 100, 22_827):
        chart = growth({day(0): 1}, wanted, None, day(0))
        assert chart is not None
        bottom, top = chart.grid[0][0], chart.grid[-1][0]
        assert [count for _, count in chart.grid][:: len(chart.grid) - 1] == [0, wanted]
        assert [height for height, _ in chart.grid] == [
            round(bottom + (top - bottom) * count / wanted, 1) for _, count in chart.grid
        ]
