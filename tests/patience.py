"""Ends what hangs."""

from __future__ import annotations

import signal
from contextlib import contextmanager

SIGNALS = {signal.ITIMER_REAL: signal.SIGALRM, signal.ITIMER_VIRTUAL: signal.SIGVTALRM}


@contextmanager
def in_time(what, seconds, clock=signal.ITIMER_REAL):
    """Fail with what was tried after so many seconds, of the wall or of computing."""

    def give_up(*_):
        raise TimeoutError(what)

    before = signal.signal(SIGNALS[clock], give_up)
    signal.setitimer(clock, seconds)
    try:
        yield
    finally:
        signal.setitimer(clock, 0)
        signal.signal(SIGNALS[clock], before)
