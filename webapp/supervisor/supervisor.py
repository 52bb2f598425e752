"""The thread that starts, watches, restarts and stops the platform's programs.

One thread does all of it, because a child's tie to its parent is to the thread that started it.
"""

import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from webapp.supervisor.events import Event, Kind, Listener, PlatformError, StopRequested
from webapp.supervisor.stages import Post, Stage, run_step, stop_all

_CALM_LOOK_SECONDS = 0.25


class Supervisor:
    """Runs stages until `stop()` or a failure. `failure` tells why it ended, None when it was asked to."""

    def __init__(self, stages: Sequence[Stage], logs: Path, listener: Listener) -> None:
        self.failure: str | None = None
        self.ready = threading.Event()
        self.ended = threading.Event()
        self._stages = stages
        self._logs = logs
        self._listener = listener
        self._posts: list[list[Post]] = []  # by stage
        self._stop = threading.Event()
        self._hurry = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def hurry(self) -> None:
        self._hurry.set()

    def join(self) -> None:
        self._thread.join()

    def pids(self) -> dict[str, int]:
        return {post.program.name: post.child.pid for posts in self._posts for post in posts if post.child}

    def _run(self) -> None:
        try:
            self._start_stages()
            self.ready.set()
            while True:
                self._look(_CALM_LOOK_SECONDS)
        except StopRequested:
            pass
        except PlatformError as error:
            self.failure = str(error)
        except Exception:
            self.failure = f"the supervisor itself failed:\n{traceback.format_exc()}"
        finally:
            self._stop_stages()
            self.ended.set()
            self.ready.set()  # whoever waits for it must wake and see the failure

    def _start_stages(self) -> None:
        for stage in self._stages:
            for step in stage.steps:
                run_step(step, self._logs, self._listener, self._look)
            posts: list[Post] = []
            self._posts.append(posts)
            for program in stage.programs:
                posts.append(Post(program, self._logs, self._listener))
            while not all(post.ready for post in posts):
                self._look()

    def _look(self, pause_seconds: float = 0.05) -> None:
        for posts in self._posts:
            for post in posts:
                post.look()
        if self._stop.wait(pause_seconds):
            raise StopRequested

    def _stop_stages(self) -> None:
        began = time.monotonic()
        self._listener(Event(Kind.STOPPING, text=self.failure or ""))
        for posts in reversed(self._posts):
            stop_all(posts, self._hurry.is_set)
        self._listener(Event(Kind.STOPPED, seconds=time.monotonic() - began))
