"""Files per second of an import, from the files to the rows; refused ones count, too.

python -m benchmarks.imports DIR
"""

import argparse
import json
import time
from pathlib import Path

from benchmarks.scratch import found, scratch_database


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    with scratch_database():
        print(json.dumps(measure(options.folder)))


def measure(folder: Path) -> dict[str, object]:
    from annotation.actions.imports import request_import, run_import
    from annotation.actions.jobs import claim
    from annotation.models import Image, Import, Study

    study = Study.objects.create(name="Import", slug="import", seed=1)
    job = request_import(study=study, source=str(folder.resolve()), by=None)
    started = time.perf_counter()
    run_import(job=found(claim(Import, pk=job.pk)))
    seconds = time.perf_counter() - started
    job.refresh_from_db()
    images = Image.objects.filter(study=study).count()
    return {
        "files": job.total,
        "images": images,
        "status": job.status,
        "seconds": round(seconds, 2),
        "files_per_s": round(job.total / seconds, 1),
    }


if __name__ == "__main__":
    main()
