import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pycocotools import mask as coco

from ml.records.runs import RunsError, area_of, runs_of

MASKS = arrays.arrays(np.bool_, st.tuples(st.integers(1, 40), st.integers(1, 40)))


def encoded(mask: np.ndarray) -> str:
    counts: bytes = coco.encode(np.asfortranarray(mask, dtype=np.uint8))["counts"]
    return counts.decode("ascii")


@given(MASKS)
def test_runs_are_those_down_the_columns(mask: np.ndarray) -> None:
    runs = runs_of(encoded(mask))

    values = np.arange(len(runs)) % 2 == 1
    assert np.array_equal(np.repeat(values, runs), mask.ravel(order="F"))


def test_the_area_of_a_large_mask_is_its_number_of_pixels() -> None:
    mask = np.zeros((3000, 4000), dtype=np.bool_)
    mask[100:2900, 200:3900] = True

    assert area_of(encoded(mask), (3000, 4000)) == mask.sum()


@pytest.mark.parametrize("counts", ["", "P", "abc def", "zzzzzzzzzz0", "0é"])
def test_text_that_is_no_code_is_refused(counts: str) -> None:
    with pytest.raises(RunsError):
        runs_of(counts)


def test_a_code_for_another_size_is_refused() -> None:
    counts = encoded(np.eye(7, dtype=np.bool_))

    with pytest.raises(RunsError, match=r"does not fill 7 x 8 pixels \(height x width\)"):
        area_of(counts, (7, 8))


def test_runs_of_negative_length_are_refused() -> None:
    """O is -1 and 2 is 2: the runs 2, -1 and 3 fill four pixels, but are no picture."""
    with pytest.raises(RunsError, match="does not fill"):
        area_of("2O3", (2, 2))
