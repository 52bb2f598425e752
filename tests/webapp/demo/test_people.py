import statistics

from annotation.opinion import SCALES, TOP_LEVEL
from webapp.demo.people import make_person, opine

TRUTH = dict.fromkeys(SCALES, 2.0)


def test_a_person_says_the_same_about_the_same_region() -> None:
    one, again = make_person("simulated-01", 7), make_person("simulated-01", 7)

    assert opine(one, TRUTH, 5) == opine(again, TRUTH, 5)
    assert [opine(one, TRUTH, region) for region in range(9)] != [opine(one, TRUTH, 5)] * 9


def test_what_people_say_is_around_the_truth_and_their_bias() -> None:
    person = make_person("simulated-02", 7)

    said = [opine(person, TRUTH, region)["quality"] for region in range(4000)]

    assert abs(statistics.mean(said) - 2.0 - person.bias["quality"]) < 0.06
    assert abs(statistics.stdev(said) - (person.inconsistency**2 + 1 / 12) ** 0.5) < 0.08


def test_levels_stay_on_their_scale() -> None:
    person = make_person("simulated-03", 7)

    for extreme in (0.0, 5.0):
        for region in range(200):
            said = opine(person, dict.fromkeys(SCALES, extreme), region)
            assert all(0 <= said[scale] <= TOP_LEVEL[scale] for scale in SCALES)
