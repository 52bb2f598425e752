from copy import copy
from pathlib import Path

import numpy as np
import pytest
import torch

from ml.proposals import load_proposer
from ml.proposals.proposal import NoRegionError, Point
from ml.proposals.sam import GridSettings, SamProposer, load_sam_proposer
from ml.seagull.predictor import DeviceError, choose_device
from tests.ml.pictures import scene
from tests.ml.proposals.tiny_sam import save_tiny

ANYTHING = GridSettings(points_per_side=5, batch=8, min_iou=-100.0, min_stability=0.0, max_overlap=1.0)
"""Random weights are sure of nothing, so the thresholds let everything through."""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("weights") / "tiny.pth")


@pytest.fixture
def proposer(checkpoint: Path) -> SamProposer:
    proposer = load_sam_proposer(checkpoint, device="cpu", grid=ANYTHING)
    proposer.set_image(scene())
    return proposer


def test_a_checkpoint_makes_a_sam_proposer(checkpoint: Path) -> None:
    assert isinstance(load_proposer(checkpoint, device="cpu"), SamProposer)


def test_the_device_is_where_models_run(checkpoint: Path) -> None:
    assert load_sam_proposer(checkpoint).predictor.device.type == choose_device().type


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_named(checkpoint: Path) -> None:
    with pytest.raises(DeviceError, match="cuda is asked for"):
        load_proposer(checkpoint, device="cuda")


def test_the_image_is_encoded_once_for_all_questions(proposer: SamProposer) -> None:
    passes: list[int] = []
    encoder = proposer.predictor.model.image_encoder
    handle = encoder.register_forward_hook(lambda *_: passes.append(1))
    proposer.set_image(scene())
    proposer.propose()
    proposer.segment([(50, 40, True)])
    proposer.segment([(50, 40, True), (150, 120, False)])
    handle.remove()
    assert passes == [1]


def test_a_copy_keeps_its_own_image_and_shares_the_network(proposer: SamProposer) -> None:
    before = proposer.segment([(50, 40, True)]).mask
    other = copy(proposer)
    other.set_image(scene()[:100, :120])
    assert (other.size, proposer.size) == ((100, 120), (160, 200))
    assert np.array_equal(proposer.segment([(50, 40, True)]).mask, before)
    assert other.predictor.model is proposer.predictor.model


def test_the_grid_is_decoded_as_the_official_predictor_decodes_its_points(proposer: SamProposer) -> None:
    batches = list(proposer._decoded_grid())
    assert [len(iou) for _, iou in batches] == [8, 8, 8, 1]
    centres = (np.arange(5) + 0.5) / 5
    points = np.array([[x * 200, y * 160] for y in centres for x in centres])
    moved = torch.as_tensor(proposer.predictor.transform.apply_coords(points, (160, 200)), dtype=torch.float32)
    _, iou, logits = proposer.predictor.predict_torch(moved[:, None], torch.ones(25, 1, dtype=torch.int))
    rows, columns = batches[0][0].shape[-2:]
    assert torch.allclose(torch.cat([iou for _, iou in batches]), iou, atol=1e-5)
    assert torch.allclose(torch.cat([part for part, _ in batches]), logits[..., :rows, :columns], atol=1e-4)


def test_masks_at_full_size_are_those_of_the_official_predictor(proposer: SamProposer) -> None:
    point = np.array([[60.0, 50.0]])
    masks, _, _ = proposer.predictor.predict(point, np.array([1]), multimask_output=True)
    moved = torch.as_tensor(proposer.predictor.transform.apply_coords(point, (160, 200)), dtype=torch.float32)
    logits, _ = proposer._decode(moved)
    ours = list(proposer._full_size(logits[0]))
    assert all(np.array_equal(mask, official) for mask, official in zip(ours, masks, strict=True))


def test_proposals_have_the_size_of_the_image_and_are_large_enough(proposer: SamProposer) -> None:
    proposals = proposer.propose()
    assert proposals
    assert {p.mask.shape for p in proposals} == {(160, 200)}
    assert min(p.area for p in proposals) >= 32 * 32
    assert [p.score for p in proposals] == sorted((p.score for p in proposals), reverse=True)
    assert {p.source for p in proposals} == {"sam"}


def test_the_usual_thresholds_drop_what_an_untrained_network_says(checkpoint: Path) -> None:
    proposer = load_sam_proposer(checkpoint, device="cpu", grid=GridSettings(points_per_side=4))
    proposer.set_image(scene())
    assert proposer.propose() == []


def test_positive_clicks_are_inside_and_negative_ones_outside(proposer: SamProposer) -> None:
    rng = np.random.default_rng(2)
    for _ in range(10):
        places = rng.choice(160 * 200, size=4, replace=False)
        points: list[Point] = [(int(p % 200), int(p // 200), bool(i % 2 == 0)) for i, p in enumerate(places)]
        mask = proposer.segment(points).mask
        assert [bool(mask[y, x]) for x, y, _ in points] == [positive for _, _, positive in points]


def test_a_box_alone_is_enough(proposer: SamProposer) -> None:
    official, _, _ = proposer.predictor.predict(box=np.array([20, 20, 80, 80]), multimask_output=False)
    found = proposer.segment([], (20, 20, 60, 60))
    assert found.mask.shape == (160, 200)
    assert np.array_equal(found.mask | official[0], found.mask)  # the network's mask, its pinholes filled


def test_a_click_on_nothing_is_told_and_no_disc_is_answered(proposer: SamProposer) -> None:
    proposer.predictor.model.mask_threshold = 1e9  # every mask is empty
    for points, box in ([(50, 40, True)], None), ([(50, 40, True), (90, 40, False)], None), ([], (20, 20, 60, 60)):
        with pytest.raises(NoRegionError, match="the network sees no region there"):
            proposer.segment(points, box)


def test_another_image_replaces_the_first(proposer: SamProposer) -> None:
    proposer.set_image(scene(90, 70))
    assert proposer.segment([(69, 89, True)]).mask.shape == (90, 70)


def test_questions_before_an_image_are_a_mistake(checkpoint: Path) -> None:
    with pytest.raises(RuntimeError, match="set_image"):
        load_sam_proposer(checkpoint, device="cpu").propose()


def test_a_click_outside_the_image_is_refused(proposer: SamProposer) -> None:
    with pytest.raises(NoRegionError, match="outside the image of 200 x 160"):
        proposer.segment([(0, 160, True)])
