"""How long a click takes: from the request until the mask, the numbers and the sentences are there, as a page sees it.

    python -m benchmarks.clicks FOLDER [--images 20] [--clicks 10] [--people 1] [--busy 0] [--poll] [--ahead 3]
                                       [--megapixels 0 2 12 24] [--think 0] [--training]

The whole platform runs as `manage.py up` starts it, on a scratch data folder, with the shipped model and the embedded
proposer. Each person opens one image after the other and clicks into it, over a kept-alive connection. `--busy` adds
processes that do nothing but arithmetic, at the platform's own priority; `--poll` asks again and again (30 ms, 60 ms,
...) instead of letting the server wait. With `--ahead` each picture is opened as the page does it, and looked at for so many
seconds before the first click. `--megapixels` enlarges the photographs first, with a little noise; with several sizes
(0: as they are) there is a line for each. `--think` is how many seconds pass before a click. With `--training` each
measurement is made twice, alone and beside a training run of the shipped model as the workers start it (`training_steps`
are those it made meanwhile).
`python -m benchmarks.click_steps` takes a click apart.
"""

import argparse
import json
import os
import random
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.beside import busy, training
from benchmarks.proposals import photographs
from benchmarks.scratch import percentiles

PARTS = ("mask", "numbers", "sentences")
WAIT_MS = 2000
Seconds = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=20)
    parser.add_argument("--clicks", type=int, default=10, help="in each image")
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--poll", action="store_true")
    parser.add_argument("--ahead", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--megapixels", type=float, default=[0.0], nargs="+")
    parser.add_argument("--think", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--training", action="store_true")
    options = parser.parse_args()
    data = Path(tempfile.mkdtemp(prefix="gullery-benchmark-"))
    data.chmod(0o711)
    os.environ["GULLERY_DATA"] = str(data)
    os.environ["GULLERY_THROTTLE_USER"] = "1000000/min"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    import django

    django.setup()
    from webapp.supervisor.plan import whole_platform
    from webapp.supervisor.running import running_platform

    try:
        with running_platform(whole_platform, data, listener=lambda event: None) as platform:
            for megapixels in options.megapixels:
                measure(platform, options, megapixels)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def measure(platform: Any, options: argparse.Namespace, megapixels: float) -> None:
    """Prints a line, or one without and one with training beside."""
    study, tokens = prepare(options, megapixels)
    settle(study, platform)
    print(json.dumps(facts(options, megapixels) | clicks(platform, study, tokens, options)), flush=True)
    if not options.training:
        return
    with trained(options) as journal:
        before = steps_in(journal)
        found = clicks(platform, study, tokens, options)
        made = {"training_steps": steps_in(journal) - before}
        print(json.dumps(facts(options, megapixels) | made | found), flush=True)


@contextmanager
def trained(options: argparse.Namespace) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder, training(photographs(options.folder, 40), Path(folder)) as journal:
        yield journal


def steps_in(journal: Path) -> int:
    return len(journal.read_text(encoding="utf-8").splitlines())


def facts(options: argparse.Namespace, megapixels: float) -> dict[str, object]:
    settings = {name: getattr(options, name) for name in ("people", "busy", "poll", "ahead", "think")}
    return settings | {"megapixels": megapixels, "images": options.images}


def clicks(platform: Any, study: Any, tokens: list[str], options: argparse.Namespace) -> dict[str, object]:
    seconds: Seconds = defaultdict(list)
    images = list(study.images.order_by("pk").values_list("pk", "width", "height"))
    with busy(options.busy), ThreadPoolExecutor(options.people) as pool:
        visits = [pool.submit(visit, platform.address, token, study.slug, images, options, seconds) for token in tokens]
        for one in visits:
            one.result()
    load = {"load": round(os.getloadavg()[0], 1)}
    return load | {f"{name}_ms": percentiles(found) for name, found in seconds.items()}


def prepare(options: argparse.Namespace, megapixels: float) -> tuple[Any, list[str]]:
    """A study with the images, and a token for each person."""
    from annotation.actions.imports import request_import, run_import
    from annotation.actions.jobs import claim
    from annotation.actions.studies import create_study
    from annotation.enums import Role
    from annotation.models import AccessToken, Import, User

    name = f"clicks-{megapixels:g}".replace(".", "-")
    people = [User.objects.create(username=f"{name}-{number}") for number in range(options.people)]
    study = create_study(by=people[0], name=name, slug=name, seed=1)
    for other in people[1:]:
        study.memberships.create(user=other, role=Role.REVIEWER)
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(photographs(options.folder, options.images)):
            if megapixels:
                enlarge(path, Path(folder) / f"{number}.jpg", megapixels)
            else:
                shutil.copy(path, Path(folder) / f"{number}{path.suffix}")
        job = request_import(study=study, source=folder, by=None)
        claimed = claim(Import, job.pk)
        if claimed is not None:
            run_import(job=claimed)
        while Import.objects.filter(pk=job.pk, finished_at=None).exists():  # the platform's own worker was faster
            time.sleep(0.2)
    tokens = [AccessToken.issue(user=user, name="x", scopes=["read", "manage"], days=1)[1] for user in people]
    return study, tokens


def enlarge(path: Path, target: Path, megapixels: float) -> None:
    import numpy as np
    from PIL import Image

    with Image.open(path) as opened:
        size = [round(side * (megapixels * 1e6 / (opened.width * opened.height)) ** 0.5) for side in opened.size]
        large = np.asarray(opened.convert("RGB").resize((size[0], size[1]), Image.Resampling.BICUBIC), np.int16)
    noise = np.random.default_rng(0).normal(0, 4, large.shape[:2]).astype(np.int16)
    Image.fromarray(np.clip(large + noise[..., None], 0, 255).astype(np.uint8)).save(target, quality=90)


def settle(study: Any, platform: Any) -> None:
    """Until proposals and prelabels are made and the worker has loaded its models."""
    from annotation.models import Image

    waiting = Image.objects.filter(study=study)
    while waiting.filter(proposed_at=None, proposal_error="").exists() or waiting.filter(prelabel_due=True).exists():
        platform.check()
        time.sleep(0.5)
    time.sleep(5)


def visit(address: str, token: str, study: str, images: Any, options: argparse.Namespace, seconds: Seconds) -> None:
    from webapp.demo.client import ApiClient

    client, chance = ApiClient(address, token), random.Random(token)
    for pk, width, height in chance.sample(images, len(images)):
        if options.ahead:
            open_picture(pk)
            time.sleep(options.ahead)
        for number in range(options.clicks):
            place = [chance.randrange(width), chance.randrange(height), True]
            time.sleep(options.think)
            found = click(client, study, {"image": pk, "clicks": [place]}, poll=options.poll)
            for part, passed in found.items():
                seconds[f"{'further' if number else 'first'}_click_{part}"].append(passed)


def open_picture(pk: int) -> None:
    """The page rings the worker; a token opens no pages."""
    from annotation.models import Image
    from webapp.doorbell import ring_ahead

    image = Image.objects.select_related("study").get(pk=pk)
    ring_ahead(image, image.study.active_version_id or 0)


def click(client: Any, study: str, body: dict[str, object], *, poll: bool) -> dict[str, float]:
    """Seconds until each part was there. Raises RuntimeError when it failed."""
    passed: dict[str, float] = {}
    started, asked = time.perf_counter(), 0
    answer = client.ask("POST", f"/api/v1/studies/{study}/assessments", body)
    while len(passed) < len(PARTS):
        if answer["status"] == "failed":
            raise RuntimeError(answer["error"])
        for part in PARTS[len(passed) : answer["done"]]:
            passed[part] = time.perf_counter() - started
        if poll:
            time.sleep(min(0.03 * 2**asked, 0.25))
            asked += 1
        query = "" if poll else f"?wait={WAIT_MS}&after={answer['done']}"
        answer = client.ask("GET", f"/api/v1/assessments/{answer['id']}{query}")
    return passed


if __name__ == "__main__":
    main()
