from annotation.aggregation.honesty import Point, Score
from annotation.models import ModelVersion
from annotation.queries.honesty import Curve, Honesty, VersionCurve
from webapp.honest_charts import HEIGHT, LETTERS, spread
from webapp.version_charts import DRAWN, version_charts


def line(pk: int, part: str = "random", *values: float) -> VersionCurve:
    points = [Point(30 + 10 * place, Score(30, value, 0.5)) for place, value in enumerate(values or (0.5, 0.6))]
    return VersionCurve(ModelVersion(pk=pk, name=f"gulls {pk}"), part, points)


def honesty(*lines: VersionCurve) -> Honesty:
    begins = {one.version.pk: (place, one.version) for place, one in enumerate(lines, start=1)}
    return Honesty(101, (Curve("quality", {}, 0.9, {}, lines),), (), tuple(begins.values()))


def test_each_version_has_a_line_a_stroke_and_its_number() -> None:
    (group,) = version_charts(honesty(line(7), line(9, "random", 0.4, 0.8)))

    assert [(one.number, one.style, one.version.name) for one in group.legend] == [
        (1, "version-1", "gulls 7"),
        (2, "version-2", "gulls 9"),
    ]
    order, distance = group.charts
    assert [(one.style, one.number, one.last) for one in order.lines] == [("version-1", 1, 0.6), ("version-2", 2, 0.8)]
    assert order.description == (
        "1 gulls 7: 0.50 at first, 0.60 now. 2 gulls 9: 0.40 at first, 0.80 now. The votes leave a ceiling of 0.90."
    )
    assert (order.name, distance.name) == ("quality-random", "quality-mae-random")


def test_the_parts_are_apart_and_one_version_alone_is_not_drawn_again() -> None:
    groups = version_charts(honesty(line(1), line(1, "model"), line(2, "model")))

    assert [(group.part, len(group.legend)) for group in groups] == [("model", 2)]


def test_the_newest_are_drawn_and_keep_their_strokes() -> None:
    (group,) = version_charts(honesty(*(line(pk) for pk in range(1, DRAWN + 3))))

    assert [one.number for one in group.legend] == [3, 4, 5, 6, 7, 8]
    assert [one.style[-1] for one in group.legend] == ["3", "4", "5", "6", "1", "2"]


def test_a_version_without_a_correlation_keeps_its_place_in_the_legend() -> None:
    silent = VersionCurve(ModelVersion(pk=2, name="flat"), "random", [Point(40, Score(30, None, 0.3))])

    (group,) = version_charts(honesty(line(1), silent))

    assert [[one.number for one in chart.lines] for chart in group.charts] == [[1], [1, 2]]
    assert len(group.legend) == 2


def test_numbers_stand_at_their_ends_but_never_on_each_other() -> None:
    assert spread([(370, 20), (370, 100)]) == [20, 100]
    assert spread([(370, 50), (370, 45), (370, 47)]) == [45 + 2 * LETTERS, 45, 45 + LETTERS]
    bottom = HEIGHT - 24
    assert spread([(370, bottom), (370, bottom - 1)]) == [bottom, bottom - LETTERS]
