"""Which files go to the same of xdist's workers: those that share what costs more than their tests."""

from xdist.scheduler import LoadFileScheduling

WITH_COPIES = frozenset({
    "tests/annotation/actions/test_killed_voters.py",
    "tests/ml/training/test_several.py",
    "tests/workers/test_connections.py",
    "tests/workers/test_hooks.py",
    "tests/workers/test_killed_exports.py",
    "tests/workers/test_killed_training.py",
    "tests/workers/test_killed_workers.py",
    "tests/workers/test_resident.py",
    "tests/workers/test_several_processes.py",
    "tests/workers/test_silence.py",
})  # fmt: skip


def goes_with_others(nodeid: str) -> bool:
    return nodeid.partition("::")[0] in WITH_COPIES


class Sharing(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return "tests with copies" if goes_with_others(nodeid) else str(super()._split_scope(nodeid))
