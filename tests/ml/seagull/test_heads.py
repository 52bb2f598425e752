import torch

from ml.seagull.heads import Heads
from ml.seagull.presets import TINY


def test_a_region_gets_two_scores_of_nought_to_four_and_a_choice_of_six_for_each_distortion() -> None:
    scores = Heads(TINY)(100 * torch.randn(7, 2, TINY.language.hidden))

    assert [tuple(part.shape) for part in scores] == [(7,), (7,), (7, 6, 6)]
    assert all(0 <= score <= 4 for score in (*scores.quality.tolist(), *scores.importance.tolist()))


def test_both_views_move_every_answer() -> None:
    tokens = torch.randn(3, 2, TINY.language.hidden, requires_grad=True)

    scores = Heads(TINY)(tokens)

    for part in scores:
        (gradient,) = torch.autograd.grad(part.sum(), tokens, retain_graph=True)
        assert (gradient.abs().amax(dim=2) > 0).all()


def test_a_region_scores_the_same_alone_and_in_a_batch() -> None:
    heads, tokens = Heads(TINY), torch.randn(5, 2, TINY.language.hidden)

    together, alone = heads(tokens), heads(tokens[2:3])

    for batch, one in zip(together, alone, strict=True):
        torch.testing.assert_close(batch[2:3], one, rtol=1e-5, atol=1e-5)
