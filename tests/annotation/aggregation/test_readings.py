import pytest

from annotation.aggregation.readings import class_of, read_scale


@pytest.mark.parametrize(
    "mean, level", [(0.0, 0), (0.8, 0), (0.81, 1), (1.6, 1), (2.4, 2), (3.2, 3), (3.21, 4), (4.0, 4), (0.8 + 1e-9, 0)]
)
def test_a_mean_has_the_class_of_equation_one(mean: float, level: int) -> None:
    assert class_of(mean) == level


def test_quality_is_read_from_its_mean() -> None:
    said = read_scale("quality", [0.0, 0.0, 0.5, 0.5, 0.0])

    assert (said.mean, said.there, said.word) == (2.5, 1.0, "good")


def test_a_distortion_that_is_likely_there_is_called_by_its_severity() -> None:
    said = read_scale("blur", [0.0, 0.6, 0.2, 0.0, 0.0, 0.2])

    assert (round(said.mean, 6), round(said.there, 6), said.word) == (1.25, 0.8, "severe")


def test_a_distortion_that_is_likelier_away_is_called_non_existent() -> None:
    assert read_scale("noise", [0.4, 0.0, 0.0, 0.0, 0.0, 0.6]).word == "non-existent"


def test_a_distortion_that_is_surely_away_has_no_severity_to_divide_by() -> None:
    said = read_scale("noise", [0.0, 0.0, 0.0, 0.0, 0.0, 1.0])

    assert (said.there, said.word) == (0.0, "non-existent")
