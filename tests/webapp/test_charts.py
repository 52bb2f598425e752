from webapp.charts import BARS_HEIGHT, WIDTH, distribution_charts


def test_a_chart_says_in_words_what_its_bars_show() -> None:
    noise, quality = distribution_charts({"noise": [0, 1, 0, 3, 0, 6], "quality": [1, 0, 0, 0, 0]})

    assert (noise.title, quality.title) == ("Noise: 10 labels", "Quality: 1 label")
    assert noise.description == "extreme 0, severe 1, moderate 0, minor 3, trivial 0, without 6."
    assert [bar.share for bar in noise.bars] == [0, 10, 0, 30, 0, 60]


def test_bars_share_the_width_and_the_highest_fills_the_height() -> None:
    (chart,) = distribution_charts({"quality": [2, 4, 0, 1, 1]})

    assert [bar.height for bar in chart.bars] == [BARS_HEIGHT / 2, BARS_HEIGHT, 0.5, BARS_HEIGHT / 4, BARS_HEIGHT / 4]
    assert all(left.x + left.width < right.x for left, right in zip(chart.bars, chart.bars[1:], strict=False))
    assert chart.bars[-1].x + chart.bars[-1].width < WIDTH
    assert {round(bar.y + bar.height, 6) for bar in chart.bars} == {chart.baseline}


def test_a_chart_without_labels_is_flat() -> None:
    (chart,) = distribution_charts({"blur": [0] * 6})

    assert {(bar.count, bar.share, bar.height) for bar in chart.bars} == {(0, 0, 0.5)}
