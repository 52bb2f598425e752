"""The figures of a report."""

from annotation.exchange.report.figures import bars_of


def test_a_single_bar_is_no_wall_and_stands_in_the_middle() -> None:
    (bar,) = bars_of("Votes per region", ["7"], [513]).bars

    assert (bar.width, bar.x + bar.width / 2, bar.middle) == (48.0, 225.0, 225.0)


def test_names_below_the_bars_do_not_run_into_each_other() -> None:
    figure = bars_of("Votes per annotator", [f"{number:012x}" for number in range(24)], list(range(24)))

    apart = [later.middle - earlier.middle for earlier, later in zip(figure.ticks, figure.ticks[1:], strict=False)]
    assert min(apart) > 12 * 7.9  # twelve digits of the usual fonts at 12.5 pixels, a phone's
