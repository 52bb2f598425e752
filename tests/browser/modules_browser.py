"""The screen's own small modules, called one by one in the browser."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotation.masks import encode_mask
from tests.browser.conftest import SignIn
from tests.browser.scenes import ellipse
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(open_as: SignIn, live_server: LiveServer) -> Page:
    opened = open_as(make_user())
    opened.goto(live_server.url)
    return opened


def called(page: Page, module: str, expression: str, argument: object = None) -> Any:
    return page.evaluate(
        f"async (given) => {{ const it = await import('gullery/{module}'); return {expression}; }}", argument
    )


@pytest.mark.parametrize("seed", range(6))
def test_masks_are_decoded_as_pycocotools_encodes_them(page: Page, seed: int) -> None:
    random = np.random.default_rng(seed)
    height, width = int(random.integers(1, 90)), int(random.integers(1, 90))
    pixels = random.random((height, width)) < (0.02, 0.5, 0.98)[seed % 3]
    pixels[height // 2, width // 2] = True
    mask = encode_mask(pixels)
    given = [mask.rle, height, list(mask.box), 3]

    got = called(page, "rle", "[...it.maskInBox(...given).data]", given)
    box = called(page, "rle", "it.boxOf(given[0], given[1])", given)

    x, y, w, h = mask.box
    assert got == np.pad(pixels[y : y + h, x : x + w], 3).astype(int).ravel().tolist()
    assert (box[0], box[2]) == (x, w)
    assert box[1] <= y
    assert box[1] + box[3] >= y + h


def test_a_large_mask_is_decoded_with_the_same_runs(page: Page) -> None:
    mask = encode_mask(ellipse(3000, 2000))

    assert (
        called(page, "rle", "it.readRuns(given).reduce((sum, run, i) => sum + (i % 2 ? run : 0), 0)", mask.rle)
        == mask.area
    )


def test_text_that_is_no_mask_is_refused(page: Page) -> None:
    message = called(page, "rle", "(() => { try { it.readRuns('é!'); } catch (error) { return error.message; } })()")

    assert message == "This is not a run-length code."


def test_the_outline_of_one_pixel_has_two_rings(page: Page) -> None:
    data = [0] * 49
    data[24] = 1
    given = {"data": data, "width": 7, "height": 7}

    grown = called(page, "outline", "[1, 2].map((reach) => [...it.grow(given, reach)])", given)

    assert [sum(ring) for ring in grown] == [9, 25]


def test_dropped_files_become_a_zip_every_program_reads(page: Page) -> None:
    names = {"a.png": "first", "folder/ß (2).png": "second", "empty.png": ""}
    script = """Array.from(new Uint8Array(await (await it.pack(Object.entries(given).map(
        ([name, text]) => ({name, file: new File([text], name)})))).arrayBuffer()))"""

    data = bytes(called(page, "zip", script, names))

    with ZipFile(BytesIO(data)) as packed:
        assert packed.testzip() is None
        assert {name: packed.read(name).decode() for name in packed.namelist()} == names


def test_too_much_for_one_upload_is_said_before_it_begins(page: Page) -> None:
    script = """await it.pack([{name: 'a', file: {size: 5e9}}]).catch((error) => error.message)"""

    message = called(page, "zip", script)

    assert (
        message == "This is too much for one upload. Send parts, or put the folder on the server and import it there."
    )


def test_keys_for_votes_are_uuids_also_without_https(page: Page) -> None:
    script = "(() => { crypto.randomUUID = undefined; return [it.makeKey(), it.makeKey()]; })()"

    first, second = called(page, "facts", script)

    assert first != second
    assert [part.__len__() for part in first.split("-")] == [8, 4, 4, 4, 12]
    assert (first[14], first[19] in "89ab") == ("4", True)


@pytest.mark.parametrize(
    ("seconds", "said"), [(7.44, "7.4 s"), (43, "43 s"), (125, "2 min 05 s"), (1641, "27 min 21 s")]
)
def test_the_pace_is_said_as_pages_say_it(page: Page, seconds: float, said: str) -> None:
    page.evaluate("document.body.innerHTML = '<b id=today>0</b><span hidden><b id=pace></b></span>'")

    told = called(page, "rate_words", "(it.countOne([given]), document.body.textContent)", 1000 * seconds)

    assert told == f"1{said}"
