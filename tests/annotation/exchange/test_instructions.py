from annotation.exchange.instructions import BEGIN, instructions_for
from annotation.exchange.records import ImageFacts, RegionFacts, labels_of
from annotation.opinion import SCALES, TOP_LEVEL

RULE = "gullery-1 severity=affected M=4"
ASKED = ["quality-air", "importance-air", "distortion-air", "quality-jir", "importance-jir", "distortion-jir"]


def make_facts(pk: int = 1, status: str = "settled", **levels: int) -> RegionFacts:
    """Seven people of one mind; distortions that are not named do not exist."""
    said = dict.fromkeys(SCALES, 5) | {"quality": 3, "importance": 0} | levels
    histograms = [[7 * (level == said[scale]) for level in range(TOP_LEVEL[scale] + 1)] for scale in SCALES]
    image = ImageFacts(1, "a.png", "0" * 64, "images/0.png", "image/png", 1, 64, 48, 1, None, "train")
    labels = labels_of(histograms, RULE)
    return RegionFacts(pk, image, "r", (0, 0, 9, 9), 81, "object", "drawn", status, 7, 0, RULE, labels, ())


def answers(facts: RegionFacts) -> dict[str, tuple[str, str]]:
    """Question and answer by task and type."""
    found = {}
    for one in instructions_for(facts):
        asked, said = one["conversations"]
        assert (asked["from"], said["from"], asked["value"].startswith(BEGIN)) == ("human", "gpt", True)
        found[f"{one['task']}-{one['type'].lower()}"] = (asked["value"].removeprefix(BEGIN), said["value"])
    return found


def test_the_prompt_begins_as_the_published_one() -> None:
    assert BEGIN == (
        "<image>\nThis provides an overview of the image.\n Please answer the following questions about the provided "
        "region. Note: Distortions include: blur, colorfulness, compression, contrast exposure and noise.\n Here is the "
        "region <global><local>. "
    )


def test_analyses_follow_the_grammar() -> None:
    said = answers(make_facts(contrast=4, colorfulness=3, quality=4, importance=2))

    assert list(said) == ASKED
    assert said["quality-air"] == ("Analyze the quality of this region.", "The quality is excellent.")
    assert said["importance-air"] == (
        "Consider the impact of this region on the overall image quality. "
        "Analyze its importance to the overall image quality.",
        "This region is normal to the overall quality.",
    )
    assert said["distortion-air"] == (
        "Provide the distortion type of this region.",
        "With minor colorfulness and trivial contrast distortions.",
    )


def test_one_distortion_three_distortions_and_none() -> None:
    assert answers(make_facts(blur=0))["distortion-air"][1] == "With extreme blur distortions."
    three = answers(make_facts(noise=0, blur=1, exposure=2))["distortion-air"][1]
    assert three == "With severe blur, moderate exposure and extreme noise distortions."
    assert answers(make_facts())["distortion-air"][1] == "Without distortions."


def test_judgments_are_yes_or_a_correction() -> None:
    seen = {kind: set() for kind in ("quality", "importance", "distortion")}
    for pk in range(200):
        said = answers(make_facts(pk, blur=1, noise=1))
        for kind, found in seen.items():
            found.add(said[f"{kind}-jir"])

    assert seen["quality"] == {
        ("Is the quality of this region good?", "Yes."),
        *((f"Is the quality of this region {word}?", "No. The quality is good.") for word in ("bad", "poor", "fair")),
        ("Is the quality of this region excellent?", "No. The quality is good."),
    }
    assert seen["importance"] == {
        ("Is this region unimportant to the overall quality?", "Yes."),
        *(
            (f"Is this region {word} to the overall quality?", "No. This region is unimportant to the image quality.")
            for word in ("minor", "normal", "important", "essential")
        ),
    }
    assert seen["distortion"] == {
        *((f"Is this region in {name} distortion?", "Yes.") for name in ("blur", "noise")),
        *(
            (f"Is this region in {name} distortion?", "No. The region is in blur and noise.")
            for name in ("colorfulness", "compression", "contrast", "exposure")
        ),
    }


def test_a_clean_region_is_asked_for_what_it_lacks_and_a_ruined_one_for_what_it_has() -> None:
    clean = {answers(make_facts(pk))["distortion-jir"][1] for pk in range(30)}
    ruined = {answers(make_facts(pk, **dict.fromkeys(SCALES[:6], 0)))["distortion-jir"][1] for pk in range(30)}

    assert (clean, ruined) == ({"No. Without distortions."}, {"Yes."})


def test_yes_and_no_are_balanced_and_the_same_every_time() -> None:
    first = [answers(make_facts(pk, blur=1))["quality-jir"] for pk in range(2000)]
    again = [answers(make_facts(pk, blur=1))["quality-jir"] for pk in range(2000)]

    assert first == again
    assert 900 < sum(answer == "Yes." for _, answer in first) < 1100


def test_only_settled_regions_are_asked_about() -> None:
    assert [list(instructions_for(make_facts(status=status))) for status in ("open", "disputed")] == [[], []]
