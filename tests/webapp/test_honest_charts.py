from annotation.aggregation.honesty import Point, Score
from annotation.models import ModelVersion
from annotation.queries.honesty import Curve, Honesty
from webapp.honest_charts import HEIGHT, WIDTH, honest_charts


def point(at: int, srocc: float | None, mae: float = 0.4) -> Point:
    return Point(at, Score(30, srocc, mae))


def honesty(random: list[Point], model: list[Point], ceiling: float | None = 0.9) -> Honesty:
    curve = Curve("quality", {"random": random, "model": model}, ceiling, {})
    return Honesty(101, (curve,), (), ((1, ModelVersion(name="a")), (51, ModelVersion(name="b"))))


def test_lines_lie_between_label_one_and_the_last() -> None:
    chart, _ = honest_charts(honesty([point(51, 0.5), point(101, 1.0)], [point(101, 0.0)]))

    random, model = chart.lines
    assert random.points == f"{chart.left + (chart.right - chart.left) / 2},{(chart.top + chart.bottom) / 2} " + (
        f"{float(chart.right)},{float(chart.top)}"
    )
    assert (random.end, random.last, model.end) == ((chart.right, chart.top), 1.0, (chart.right, chart.bottom))
    assert chart.ceiling == chart.top + 0.1 * (chart.bottom - chart.top)
    assert [(mark.x, mark.number) for mark in chart.marks] == [(chart.left, 1), ((chart.left + chart.right) / 2, 2)]
    assert [words for _, words in chart.grid] == ["0", "0.25", "0.5", "0.75", "1"]
    assert (chart.width, chart.height) == (WIDTH, HEIGHT)


def test_below_zero_the_axis_reaches_down_to_minus_one() -> None:
    chart, _ = honest_charts(honesty([point(40, -0.5)], []))

    assert [words for _, words in chart.grid] == ["-1", "-0.5", "0", "0.5", "1"]
    assert chart.lines[0].end[1] == chart.top + 0.75 * (chart.bottom - chart.top)


def test_a_window_without_a_correlation_is_left_out() -> None:
    chart, _ = honest_charts(honesty([point(40, None), point(60, 0.5)], [point(60, None)], ceiling=None))

    assert [(line.style, len(line.points.split())) for line in chart.lines] == [("random", 1)]
    assert chart.ceiling is None
    assert chart.description == "Random order: 0.50 at first, 0.50 now."


def test_the_words_say_what_the_lines_show() -> None:
    chart, _ = honest_charts(honesty([point(40, 0.61), point(99, 0.72)], [point(60, 0.4)]))

    assert chart.description == (
        "Random order: 0.61 at first, 0.72 now. Chosen by the model: 0.40 at first, 0.40 now."
        " The votes leave a ceiling of 0.90."
    )


def test_the_mean_absolute_error_has_a_chart_of_its_own_in_levels() -> None:
    _, chart = honest_charts(honesty([point(51, 0.5, mae=1.2), point(101, None, mae=0.3)], [point(101, 0.0, mae=0.6)]))

    random, model = chart.lines
    assert [words for _, words in chart.grid] == ["0", "0.5", "1", "1.5"]
    assert random.end[1] == round(chart.top + 0.8 * (chart.bottom - chart.top), 1)
    assert (random.last, model.last, chart.ceiling) == (0.3, 0.6, None)
    assert chart.description == "Random order: 1.20 at first, 0.30 now. Chosen by the model: 0.60 at first, 0.60 now."


def test_small_errors_are_drawn_on_one_level() -> None:
    _, chart = honest_charts(honesty([point(51, 0.5, mae=0.2)], []))

    assert [words for _, words in chart.grid] == ["0", "0.25", "0.5", "0.75", "1"]
