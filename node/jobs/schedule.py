"""The ticker: what is due is found in rows, so a missed tick is made up by the next one."""

import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A name, how often, and what is done; it may run late, never twice at once."""

    name: str
    every: timedelta
    run: Callable[[], object]


@contextmanager
def ticking(jobs: Sequence[Job], lock: Path) -> Iterator[bool]:
    """Run *jobs* until the block ends, unless another process holds *lock*.

    Gives whether this process ticks.
    """
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(max(2, len(jobs)))})
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        for job in jobs:
            scheduler.add_job(
                _guarded(job),
                "interval",
                seconds=job.every.total_seconds(),
                id=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        yield True
    finally:
        if scheduler.running:
            scheduler.shutdown(wait=True)
        os.close(handle)


def in_turn(steps: Sequence[tuple[str, Callable[[], object]]]) -> Callable[[], None]:
    """Return what runs the named steps one after the other; one that fails stops none."""

    def run() -> None:
        for name, step in steps:
            _run(name, step)

    return run


def beside(name: str, step: Callable[[], object]) -> threading.Thread:
    """Run a named step at once, beside what the caller goes on to do."""
    thread = threading.Thread(target=_run, args=(name, step), name=name, daemon=True)
    thread.start()
    return thread


def _guarded(job: Job) -> Callable[[], None]:
    return lambda: _run(job.name, job.run)


def _run(name: str, step: Callable[[], object]) -> None:
    try:
        step()
    except Exception:  # a border: one job that fails stops no other (STYLE 12)
        log.exception("job failed", extra={"job": name})
