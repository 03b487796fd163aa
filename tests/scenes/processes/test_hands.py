import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from assets.project import PROJECT
from scenes.processes.hands import ALONE, Hands, LostProcess

SOON_S = 20.0


def running(pid):
    """Whether a process is there and not one that has ended and waits for init to say so."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def gone(pids):
    return not any(map(running, pids))


def squared(number):
    return number * number


def at_home(_):
    return os.getpid()


def refused(number):
    if number == 5:
        raise ValueError("five")
    return number


def killed(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def noted(folder, name):
    (folder / f"{name}-{os.getpid()}").touch()
    time.sleep(0.3)  # or the first process takes what is meant for the second


def child_of_seed(seed):
    return seed.spawn(1)[0].generate_state(1)[0]


@pytest.mark.parametrize("chunk", [1, 3, 100])
@pytest.mark.parametrize("count", [1, 2])
def test_all_is_done_in_order_whoever_does_it(count, chunk):
    with Hands(count) as hands:
        assert list(hands.map(squared, iter(range(50)), chunk)) == [n * n for n in range(50)]
        assert hands.shared(squared, range(7)) == [n * n for n in range(7)]
        assert hands.shared(squared, []) == []


def test_one_alone_starts_no_process_and_several_work_elsewhere():
    assert set(ALONE.map(at_home, range(4))) == {os.getpid()}
    with Hands(2) as hands:
        assert os.getpid() not in set(hands.map(at_home, range(4)))


def test_what_comes_is_taken_only_as_it_is_worked_off():
    taken = []
    with Hands(2) as hands:
        told = hands.map(squared, (taken.append(n) or n for n in range(1000)), 5)
        assert next(told) == 0
        assert len(taken) < 100


def test_processes_stay_until_they_rest_and_come_back_after():
    with Hands(2) as hands:
        first = set(hands.map(at_home, range(40)))
        assert set(hands.map(at_home, range(40))) <= first
        hands.rest()
        assert gone(first)
        assert not set(hands.map(at_home, range(40))) & first


def test_warming_reaches_every_process(tmp_path):
    with Hands(2) as hands:
        hands.warm(noted, tmp_path, "warm")
        list(hands.map(squared, range(4)))
        hands.rest()
    assert len(list(tmp_path.glob("warm-*"))) == 2


def test_what_fails_when_warmed_fails_where_it_is_needed_and_not_before():
    with Hands(2) as hands:
        hands.warm(refused, 5)
        assert list(hands.map(squared, range(4))) == [0, 1, 4, 9]


@pytest.mark.parametrize("count", [1, 2])
def test_an_error_of_the_work_is_the_callers(count):
    with Hands(count) as hands, pytest.raises(ValueError, match="five"):
        list(hands.map(refused, range(9)))


def test_a_process_that_the_system_kills_is_told_in_a_line_and_the_next_run_has_others():
    with Hands(2) as hands:
        with pytest.raises(LostProcess, match="run the same command again"):
            list(hands.map(killed, range(9)))
        hands.rest()
        assert list(hands.map(squared, range(3))) == [0, 1, 4]


def test_seeds_spawn_elsewhere_as_they_do_here():
    def seeds():
        return np.random.default_rng(3).bit_generator.seed_seq.spawn(5)

    with Hands(2) as hands:
        assert hands.shared(child_of_seed, seeds()) == [child_of_seed(one) for one in seeds()]


def test_whoever_rests_does_not_wait_for_what_nobody_wants_any_more():
    began = time.monotonic()
    with Hands(2) as hands:
        hands.warm(time.sleep, 600)
    assert time.monotonic() - began < SOON_S


def test_fewer_than_one_is_refused():
    with pytest.raises(ValueError, match="count is 0"):
        Hands(0)


HOLDER = """
import sys, time
from tests.scenes.processes.test_hands import at_home
from scenes.processes.hands import Hands
if __name__ == "__main__":
    with Hands(2) as hands:
        print(*sorted(set(hands.map(at_home, range(40)))), flush=True)
        time.sleep(600)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_processes_end_with_who_started_them_however_that_ends(tmp_path, how):
    script = tmp_path / "holder.py"
    script.write_text(HOLDER)
    env = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=env,
                          stderr=subprocess.DEVNULL) as run:  # fmt: skip
        pids = [int(pid) for pid in run.stdout.readline().split()]
        assert pids and not gone(pids)
        run.send_signal(how)
        run.wait(SOON_S)
        until = time.monotonic() + SOON_S
        while not gone(pids) and time.monotonic() < until:
            time.sleep(0.05)
    assert gone(pids)
