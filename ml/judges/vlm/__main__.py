"""`python -m ml.judges.vlm MODEL_DIR --out VERSION_DIR`: a Hugging Face vision-language model becomes a version."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from ml.judges.vlm.folder import LONGEST, REGIONS_PER_PASS, write_vlm


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m ml.judges.vlm", description=__doc__)
    add = parser.add_argument
    add("model", type=Path, metavar="MODEL_DIR", help="config.json, tokeniser and safetensors, as the hub has them")
    add("--out", type=Path, required=True, metavar="VERSION_DIR", help="must not exist yet")
    add("--copy", action="store_true", help="take the files along (default: only their place and hashes)")
    add("--longest", type=int, default=LONGEST, help="pixels along the longer edge that the model is shown")
    add("--regions-per-pass", type=int, default=REGIONS_PER_PASS, help="as many as the GPU's memory has room for")
    options = parser.parse_args(arguments)
    if min(options.longest, options.regions_per_pass) < 1:
        parser.error("--longest and --regions-per-pass begin at 1")
    from ml.judges.vlm.loading import check_model  # slow import

    try:
        check_model(options.model)
        write_vlm(
            options.out,
            options.model,
            copy=options.copy,
            longest=options.longest,
            regions_per_pass=options.regions_per_pass,
        )
    except (ValueError, OSError) as error:
        raise SystemExit(f"error: {error}") from error
    print(f"{options.out} is ready; `python -m ml.evaluate {options.out} DIR` says how good it is")


if __name__ == "__main__":
    main()
