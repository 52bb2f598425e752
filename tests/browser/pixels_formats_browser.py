"""Every kind of file the import takes, in every way it may be turned: on the canvas and on the screen as Pillow decodes it."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Picture
from PIL import ImageCms, ImageOps, PngImagePlugin
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from annotation.enums import Role
from annotation.exchange.photographs import inspect
from annotation.masks import encode_mask
from annotation.models import Study
from tests.browser.conftest import Watch, sign_in
from tests.browser.odd_pictures import png, with_other_sampling
from tests.browser.scenes import noise
from tests.factories import make_image, make_member, make_study
from tests.pictures import nearly_srgb

pytestmark = pytest.mark.django_db(transaction=True)

WIDTH, HEIGHT = 48, 36
CELL = (80, 60)
"""CSS pixels; larger than a picture, also a turned one."""
COLUMNS = 16

SHOW = """async ([pictures, [width, height], columns]) => {
    const { Stage } = await import('gullery/stage'), { loadPicture } = await import('gullery/picture');
    const sheet = document.createElement('div');
    Object.assign(sheet.style, { position: 'fixed', inset: '0', zIndex: 99, background: '#6c6c6c' });
    document.body.append(sheet);
    const stages = pictures.map((_, at) => {
        const cell = document.createElement('div'), canvas = document.createElement('canvas');
        const [left, top] = [(at % columns) * width, Math.floor(at / columns) * height].map((side) => `${side}px`);
        Object.assign(cell.style, { position: 'absolute', left, top, width: `${width}px`, height: `${height}px` });
        canvas.style.position = 'absolute';
        cell.append(canvas);
        sheet.append(cell);
        return new Stage(canvas);
    });
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const drawn = [];
    for (const [at, stage] of stages.entries()) drawn.push(await draw(stage, pictures[at]).catch(String));
    return drawn;

    async function draw(stage, { image, region }) {
        stage.show(await loadPicture(image, region));
        stage.outline(false);
        const { canvas, offset } = stage;
        const copy = new OffscreenCanvas(canvas.width, canvas.height);
        const context = copy.getContext('2d', { willReadFrequently: true });
        context.drawImage(canvas, 0, 0);
        const bytes = context.getImageData(offset.x, offset.y, image.width, image.height).data;
        return { text: btoa(String.fromCharCode(...bytes)), left: offset.x, top: offset.y };
    }
}"""


@dataclass(frozen=True)
class Case:
    name: str
    data: bytes


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def coded(kind: str, mode: str = "RGB", size: tuple[int, int] = (WIDTH, HEIGHT), **options: Any) -> bytes:
    out = BytesIO()
    Picture.fromarray(noise(*size)).convert(mode).save(out, kind, **options)
    return out.getvalue()


def turned(orientation: int) -> Picture.Exif:
    exif = Picture.Exif()
    exif[0x0112] = orientation
    return exif


def gamma(number: int) -> PngImagePlugin.PngInfo:
    """45455 is that of sRGB, near enough."""
    info = PngImagePlugin.PngInfo()
    info.add(b"gAMA", number.to_bytes(4, "big"))
    return info


JPEGS: dict[str, dict[str, Any]] = {
    "4:4:4": {"quality": 92, "subsampling": 0},
    "4:2:2": {"quality": 80, "subsampling": 1},
    "4:2:0": {"quality": 60, "subsampling": 2},
    "progressive": {"quality": 75, "progressive": True},
    "grey": {"quality": 75, "mode": "L"},
    "coded as RGB": {"quality": 85, "keep_rgb": True},
    "with restarts": {"quality": 70, "restart_marker_blocks": 1},
}
PNGS: dict[str, dict[str, Any]] = {
    "8 bits": {},
    "grey": {"mode": "L"},
    "palette": {"mode": "P"},
    "16 colours": {"mode": "P", "bits": 4},
    "one bit": {"mode": "1"},
    "text in it": {"dpi": (300, 300)},
    "a gamma in it": {"pnginfo": gamma(45400)},
}
WEBPS: dict[str, dict[str, Any]] = {
    "lossless": {"lossless": True},
    "lossy": {"quality": 80},
    "poor": {"quality": 20, "method": 6},
}


def cases() -> Iterator[Case]:
    """A grey file with a profile for colours is refused, so there is none with one here."""
    tags: dict[str, dict[str, Any]] = {
        "untagged": {}, "sRGB": {"icc_profile": srgb()}, "rounded sRGB": {"icc_profile": nearly_srgb()}
    }  # fmt: skip
    for tag, profile in tags.items():
        for kind, ways in {"JPEG": JPEGS, "PNG": PNGS, "WEBP": WEBPS}.items():
            for name, options in ways.items():
                if profile and options.get("mode") in {"L", "1"}:
                    continue
                for orientation in range(1, 9) if kind == "JPEG" else [1]:
                    exif = {"exif": turned(orientation)} if kind == "JPEG" else {}
                    title = f"{kind} {name}, {tag}, turned {orientation}"
                    yield Case(title, coded(kind, **options, **profile, **exif))


def odd_cases() -> Iterator[Case]:
    """What Pillow reads and does not write."""
    deep = noise(WIDTH, HEIGHT)
    for interlaced in (False, True):
        told = "interlaced" if interlaced else "in lines"
        yield Case(f"PNG, colours, {told}", png(deep, interlaced=interlaced))
        for bits in (1, 2, 4, 8):
            levels = deep[..., 0] >> (8 - bits)
            colours = noise(2**bits, 1, seed=bits)[0]
            yield Case(f"PNG, grey, {bits} bits, {told}", png(levels, bits, interlaced=interlaced))
            coloured = png(levels, bits, palette=colours, interlaced=interlaced)
            yield Case(f"PNG, palette, {bits} bits, {told}", coloured)
    for name, sampling, factors in (("4:4:0", 1, 0x12), ("4:1:1", 2, 0x41)):
        for way in ({}, {"progressive": True}):
            jpeg = coded("JPEG", size=(64, 32), quality=85, subsampling=sampling, **way)
            yield Case(f"JPEG {name} {way}", with_other_sampling(jpeg, factors))


def decoded(data: bytes) -> NDArray[np.uint8]:
    with Picture.open(BytesIO(data)) as picture:
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))


def kept(study: Study, data: bytes) -> dict[str, object]:
    """The file in the study, as the import describes it, and what the screen is told of it."""
    found = inspect(data)
    image = make_image(
        study,
        data,
        width=found.width,
        height=found.height,
        orientation=found.orientation,
        media_type=found.media_type,
    )
    mask = encode_mask(np.ones((found.height, found.width), dtype=np.bool_))
    told = {"url": f"/api/v1/images/{image.pk}/file", "width": found.width, "height": found.height}
    return {"image": told, "region": {"rle": mask.rle, "box": list(mask.box)}}


def open_sheet(browser: Browser, live_server: LiveServer, watch: Watch, study: Study, ratio: float) -> Page:
    size = {"width": CELL[0] * COLUMNS, "height": CELL[1] * 13}
    context = browser.new_context(viewport=size, device_scale_factor=ratio)  # type: ignore[arg-type]
    sign_in(context, live_server, make_member(study, Role.MANAGER))
    page = context.new_page()
    watch.follow(page, live_server.url.removeprefix("http://"))
    page.goto(live_server.url)
    return page


@pytest.mark.parametrize("ratio", [1, 1.5, 2])
def test_every_file_the_import_takes_is_shown_as_it_is_decoded(
    browser: Browser, live_server: LiveServer, watch: Watch, ratio: float
) -> None:
    study, files = make_study(), [*cases(), *odd_cases()]
    pictures = [kept(study, case.data) for case in files]
    page = open_sheet(browser, live_server, watch, study, ratio)

    drawn = page.evaluate(SHOW, [pictures, CELL, COLUMNS])
    screen = np.asarray(Picture.open(BytesIO(page.screenshot(scale="device"))).convert("RGB"))

    wrong: dict[str, str] = {}
    for at, (case, cell) in enumerate(zip(files, drawn, strict=True)):
        wanted = decoded(case.data)
        if isinstance(cell, str):
            wrong[case.name] = cell
            continue
        height, width = wanted.shape[:2]
        canvas = np.frombuffer(base64.b64decode(cell["text"]), dtype=np.uint8).reshape(height, width, 4)[..., :3]
        left = round(at % COLUMNS * CELL[0] * ratio) + cell["left"]
        top = round(at // COLUMNS * CELL[1] * ratio) + cell["top"]
        for place, found in {"canvas": canvas, "screen": screen[top : top + height, left : left + width]}.items():
            if not np.array_equal(found, wanted):
                off = np.abs(found.astype(int) - wanted.astype(int)) if found.shape == wanted.shape else np.array([-1])
                wrong[case.name] = f"{place}: {np.count_nonzero(off)} numbers differ, by up to {off.max()}"
                break
    page.context.close()

    assert len(files) == 8 * (7 + 6 + 6) + 7 + 5 + 5 + 3 * 3 + 2 * 9 + 4
    assert wrong == {}
