import numpy as np
import pytest
from scipy import ndimage

from ml.proposals.blurring import BAND, blurred


@pytest.mark.parametrize("shape", [(200, 330), (BAND, BAND + 1), (7, 300), (3, 2), (1, 1)])
@pytest.mark.parametrize("sigma", [0.6, 2.4, 5.0])
def test_it_is_scipy_s_but_for_rounding(shape: tuple[int, int], sigma: float) -> None:
    plane = np.random.default_rng(1).random(shape, dtype=np.float32)

    np.testing.assert_allclose(blurred(plane, sigma), ndimage.gaussian_filter(plane, sigma), rtol=0, atol=1e-6)
