import os
import pty
import re
import subprocess
import time

import pytest

from alignment.command.enter import STOPPED
from alignment.command.stages import Stages
from assets.project import PROJECT
from tests.alignment.commanded import QUICK, command, environment
from tests.alignment.processes import alive, press_ctrl_c, stopped
from tests.scenes.sets import write_coco

STAGES = ["reading", "fitting", "previewing", "selecting", "planning", "report"]


def heard_until(capsys, pattern):
    """Wait for a line on stderr; one that never comes ends in pytest's own time limit."""
    heard = ""
    while not re.search(pattern, heard, re.MULTILINE):
        time.sleep(0.01)
        heard += capsys.readouterr().err
    return heard


def test_a_silent_stage_is_told_again_and_again(capsys, monkeypatch):
    monkeypatch.setattr("alignment.command.stages.LINE_EVERY_S", 0.01)
    with Stages() as stages:
        stages.begin("report")
        heard_until(capsys, r"^report: at work$")
        heard_until(capsys, r"^report: at work$")


def test_the_latest_count_is_told_until_the_next_stage(capsys, monkeypatch):
    monkeypatch.setattr("alignment.command.stages.LINE_EVERY_S", 0.01)
    with Stages() as stages:
        stages.begin("rendering")
        stages.at(1, 4, "1/4 images")
        stages.at(2, 4, "2/4 images")
        heard_until(capsys, r"^rendering: 2/4 images")
        stages.begin("report")
        assert "images" not in heard_until(capsys, r"^report: at work$").rpartition("report\n")[2]


def test_nothing_is_told_once_the_run_is_over(capsys, monkeypatch):
    monkeypatch.setattr("alignment.command.stages.LINE_EVERY_S", 0.01)
    with Stages() as stages:
        stages.begin("report")
    stages._teller.join()
    capsys.readouterr()
    time.sleep(0.05)
    assert capsys.readouterr().err == ""


def test_time_left_is_at_the_pace_of_this_run_not_of_what_was_done_before():
    since = time.monotonic() - 20
    assert Stages._left(40, 60, (30, since)) == ", 40 s left"
    assert Stages._left(30, 60, (30, since)) == ""


def test_names_with_brackets_are_not_taken_for_markup(capsys):
    Stages().say("set [red]: 1 box")
    assert capsys.readouterr().err == "set [red]: 1 box\n"


def on_a_terminal(*words, **paths):
    """Run with stderr on a pseudo-terminal; return the exit code and what was shown."""
    ours, theirs = pty.openpty()
    env = {**environment(**paths), "TERM": "xterm-256color", "COLUMNS": "100"}
    with subprocess.Popen(command(*words), cwd=PROJECT, env=env, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # how Linux says that the other end is closed
            pass
    os.close(ours)
    return process.returncode, shown.decode()


def test_a_terminal_shows_a_live_line_a_stage_and_keeps_the_summary(tmp_path):
    code, shown = on_a_terminal("render=false", "images=2", *QUICK, out=tmp_path)
    assert code == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert re.search(r"previewing +.* \d+/96 configurations, \d+ scenes, \d+ a second", plain)
    assert [stage for stage in STAGES if stage not in plain] == []
    assert f"report: {tmp_path / 'report.html'}\r\n" in plain
    assert not re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.rpartition("\x1b[2K")[2]).strip()
    assert shown.count("\x1b[?25h") == shown.count("\x1b[?25l") == 1  # the cursor is back


def test_a_ctrl_c_while_workers_preview_ends_in_one_line(tmp_path):
    def previewing(pid):
        return sum("spawn_main" in told for told in alive(pid)) == 2

    words = ("render=false", "workers=2", "grid.first_scenes=48")
    code, told = stopped(previewing, press_ctrl_c, *words, out=tmp_path)
    assert code == 130
    assert "Traceback" not in told
    assert told.splitlines()[-1].startswith("stopped; what is done is kept")


EXECUTING_TEXT = """
from alignment.command.enter import enter_by
loops = "import os, signal; os.kill(os.getpid(), signal.SIGINT)\\nwhile True: pass"
enter_by("align", lambda config: exec(loops))
"""


def test_a_ctrl_c_while_text_is_executed_ends_as_any_other(tmp_path):
    (tmp_path / "loops.py").write_text(EXECUTING_TEXT)
    found_in = os.pathsep.join(map(str, (PROJECT, tmp_path)))
    done = subprocess.run(
        command(main="loops"), env={**environment(), "PYTHONPATH": found_in}, cwd=tmp_path,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (130, f"{STOPPED}\n")


@pytest.mark.parametrize("way", ["as words", "through the environment"])
def test_make_passes_any_path_on(tmp_path, way):
    real = write_coco(tmp_path / 'a b\'s "c", d=e #f $HOME $(x)').parent
    out = tmp_path / "out of $(y), #1"
    own = {"REAL": str(real), "OUT": str(out)}
    words = [f"{name}={told}" for name, told in own.items()] if way == "as words" else []
    done = subprocess.run(
        ["make", "-o", "setup", "plan", "IMAGES=2", "SEED=3", f"OPTIONS={' '.join(QUICK)}", *words],
        cwd=PROJECT, env={**environment(), **({} if words else own)}, capture_output=True,
        text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (out / "plan.jsonl").read_text().count("\n") == 2
