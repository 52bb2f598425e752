"""Reads what training and judging read, Django too. To be copied: it computes nothing and connects to nothing."""

from importlib import import_module

import django

django.setup()
for _name in (
    "accelerate",
    "peft",
    "timm.models.convnext",
    "torch._dynamo",  # what the first optimizer reads
    "torch.distributed.run",
    "transformers.models.llama.modeling_llama",
    "ml.evaluation.report",
    "ml.judges.judge",
    "ml.training.loop",
    "workers.tasks.training",
):
    import_module(_name)
