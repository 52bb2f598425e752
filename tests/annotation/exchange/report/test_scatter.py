"""Names in the picture of annotators: those that stand out, none over another."""

from itertools import combinations

from annotation.exchange.report.scatter import _LEFT, HEIGHT, WIDTH, Person, _box, _meet, scatter_of


def flagged(number: int, bias: float, inconsistency: float = 0.9) -> Person:
    return Person(f"person-{number:02}", "", bias, inconsistency, "flagged")


def test_only_those_that_stand_out_are_named() -> None:
    people = [Person("calm-heron", "", 0.0, 0.5, ""), Person("odd-gull", "", 0.3, 0.9, "excluded"), flagged(1, -0.3)]

    named = [dot.person.name for dot in scatter_of(people).dots if dot.name]

    assert named == ["odd-gull", "person-01"]


def test_names_neither_overlap_nor_leave_the_picture() -> None:
    crowd = [flagged(number, -0.4 + 0.02 * number, 0.9 - 0.01 * (number % 5)) for number in range(40)]

    dots = scatter_of(crowd).dots

    boxes = [_box(dot.name, dot.person.name) for dot in dots if dot.name]
    assert [(one, other) for one, other in combinations(boxes, 2) if _meet(one, other)] == []
    assert [box for box in boxes if box[0] < _LEFT or box[1] < 0 or box[2] > WIDTH or box[3] > HEIGHT] == []
    assert 3 <= len(boxes) < len(crowd)
    assert all("levels" in dot.words for dot in dots)


def test_two_neighbours_are_both_named() -> None:
    dots = scatter_of([flagged(1, 0.10), flagged(2, 0.12)]).dots

    assert [dot.name is not None for dot in dots] == [True, True]


def test_no_name_stands_on_the_numbers_of_the_axis() -> None:
    (dot,) = scatter_of([flagged(1, -0.7, 1.6)]).dots

    assert dot.name is not None
    assert _box(dot.name, dot.person.name)[0] >= _LEFT


def test_no_bias_is_a_plain_nought() -> None:
    words = [word for _, word in scatter_of([flagged(1, -0.5)]).across]

    assert words == ["\u22120.5", "\u22120.25", "0", "+0.25", "+0.5"]
