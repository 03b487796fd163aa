import signal
from threading import Event

import pytest

from render.workers.interrupts import Interrupts, Stopped


def test_a_signal_between_images_stops_at_once_and_in_an_image_after_it() -> None:
    interrupts, stop, finished = Interrupts(), Event(), []
    terminated = pytest.raises(Stopped, match=str(int(signal.SIGTERM)))
    with interrupts.heard(), terminated, interrupts.stopping(stop):
        signal.raise_signal(signal.SIGTERM)
        finished.append(stop.is_set())
    assert finished == [True]
    again = Interrupts()
    with again.heard(), pytest.raises(Stopped, match=str(int(signal.SIGINT))):
        signal.raise_signal(signal.SIGINT)
    assert not again.halt.is_set()


def test_a_second_ctrl_c_waits_for_nothing_and_handlers_are_given_back() -> None:
    before, interrupts = signal.getsignal(signal.SIGINT), Interrupts()
    with pytest.raises(Stopped), interrupts.heard(), interrupts.stopping(Event()):
        signal.raise_signal(signal.SIGINT)
        assert not interrupts.halt.is_set()
        signal.raise_signal(signal.SIGINT)
        assert interrupts.halt.is_set()
    assert signal.getsignal(signal.SIGINT) is before
