"""How long Enter takes until the next region is on screen, in the real browser, against the product's own web server.

    python -m benchmarks.rating_screen [--regions 50] [--width 1600] [--height 1200] [--chromium PATH]

From the time stamp of the key to the first frame after the next region was drawn. A person answers eight rows first; here
`--think` seconds pass, in which the next region is leased, fetched and decoded.
"""

import argparse
import json
import os
import shutil
from io import BytesIO
from typing import Any

from benchmarks.scratch import percentiles, scratch_database
from benchmarks.web_server import web_server

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
# A frame has been made once a task runs after the animation callback; the key's own time stamp is on the same clock.
LISTEN = """
window.took = [];
let pressed = 0;
addEventListener("keydown", (event) => { if (event.key === "Enter") pressed = event.timeStamp; }, true);
addEventListener("DOMContentLoaded", () => document.getElementById("rate").addEventListener("gullery:region", () => {
  const since = pressed;
  pressed = 0;
  requestAnimationFrame(() => setTimeout(() => { if (since) window.took.push(performance.now() - since); }));
}));
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, default=50)
    parser.add_argument("--width", type=int, default=1600)
    parser.add_argument("--height", type=int, default=1200)
    parser.add_argument("--think", type=float, default=1.5)
    parser.add_argument("--chromium", default=chromium())
    options = parser.parse_args()
    os.environ["GULLERY_ALLOWED_HOSTS"] = "127.0.0.1"
    with scratch_database() as data:
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        session = fill(options.regions + 2, options.width, options.height)
        with web_server(data) as port:
            took = drive(session, port, options)
    size = f"{options.width}x{options.height}"
    print(json.dumps({"picture": size, "regions": len(took), "enter_to_next_ms": percentiles(took)}))


def chromium() -> str | None:
    """The system's; without one Playwright looks for its own."""
    found = map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path), None)


def fill(regions: int, width: int, height: int) -> str:
    """A study of one annotator with as many pictures as regions; the key of their session."""
    from django.conf import settings
    from django.test import Client

    from annotation.actions.studies import create_study
    from annotation.enums import Role
    from annotation.models import Membership, User

    person = User.objects.create_user("ben", password="for this run alone")
    study = create_study(by=person, name="Rating", slug="rating", seed=1)
    Membership.objects.filter(study=study, user=person).update(role=Role.MANAGER)
    for number in range(regions):
        add_region(study.pk, number, width, height)
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def add_region(study_id: int, number: int, width: int, height: int) -> None:
    import hashlib

    import numpy as np
    from django.core.files.base import ContentFile

    from annotation.actions.seats import make_seats
    from annotation.masks import encode_mask
    from annotation.models import Image, Region

    data = photograph(number, width, height)
    image = Image(
        study_id=study_id, name=f"{number}.jpg", sha256=hashlib.sha256(data).hexdigest(), media_type="image/jpeg",
        byte_size=len(data), width=width, height=height, split="train",
    )  # fmt: skip
    image.file.save(f"{image.sha256}.jpg", ContentFile(data), save=False)
    image.save()
    y, x = np.mgrid[:height, :width]
    mask = encode_mask(((x - 0.5 * width) / (0.2 * width)) ** 2 + ((y - 0.5 * height) / (0.25 * height)) ** 2 <= 1)
    left, top, wide, high = mask.box
    region = Region.objects.create(
        study_id=study_id, image=image, rle=mask.rle, x=left, y=top, width=wide, height=high, area=mask.area,
        level="object", source="proposed", status="accepted",
    )  # fmt: skip
    make_seats(region_ids=[region.pk])


def photograph(number: int, width: int, height: int) -> bytes:
    """Soft shapes with some noise: about as many bytes as a photograph of this size has."""
    import numpy as np
    from PIL import Image as Picture

    random = np.random.default_rng(number)
    soft = Picture.fromarray(random.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize((width, height), 3)
    pixels = np.clip(np.asarray(soft, dtype=np.int16) + random.integers(-12, 13, (height, width, 3)), 0, 255)
    out = BytesIO()
    Picture.fromarray(pixels.astype(np.uint8)).save(out, "JPEG", quality=88)
    return out.getvalue()


def drive(session: str, port: int, options: argparse.Namespace) -> list[float]:
    """Seconds from Enter to the next region, one for each."""
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    base = f"http://127.0.0.1:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}])
        page = context.new_page()
        page.add_init_script(LISTEN)
        page.goto(f"{base}/studies/rating/rate")
        page.locator("#answers").wait_for()
        rate_all(page, options)
        took = [float(one) / 1000 for one in page.evaluate("window.took")]
        browser.close()
    return took


def rate_all(page: Any, options: argparse.Namespace) -> None:
    for _ in range(options.regions):
        page.wait_for_timeout(1000 * options.think)
        for _ in range(8):
            page.keyboard.press("3")
        page.keyboard.press("Enter")
        page.wait_for_function("() => !document.querySelector('#answers input:checked')")


if __name__ == "__main__":
    main()
