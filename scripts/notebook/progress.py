"""Shows in the terminal which cell runs, for how long, and the last thing that it said."""

from __future__ import annotations

import re
import shutil
import sys
import threading
import time

# Escape sequences and control characters: what a cell prints must not drive the terminal.
CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b.|[\x00-\x1f\x7f-\x9f]")
HEARTBEAT_SECONDS = 30


def clean(text: str) -> str:
    """The text without escape sequences and control characters."""
    return CONTROL.sub("", text)


class Progress:
    """One notebook's progress; as a context manager, it keeps the line current.

    On a terminal a single line is rewritten; elsewhere each cell is a line of its own,
    with a sign of life now and then.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.number = 0
        self._total = 0
        self._title = ""
        self._note = ""
        self._start = self._cell_start = time.monotonic()
        self._live = sys.stdout.isatty()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Progress:
        self._start = self._cell_start = time.monotonic()
        if not self._live:
            self.say("empieza")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._end_cell()

    def cell(self, number: int, total: int, title: str) -> None:
        """A cell starts: the number-th of total."""
        self._end_cell()
        self.number, self._total, self._title = number, total, clean(title)
        self._cell_start = time.monotonic()

    def note(self, text: str) -> None:
        """The cell showed text; one of a single line, as a progress bar's, is kept."""
        lines = [line for part in str(text).splitlines() if (line := clean(part).strip())]
        if len(lines) == 1:
            self._note = lines[0]

    def elapsed(self) -> str:
        """The time since the notebook began, as min:s."""
        return _clock(time.monotonic() - self._start)

    def say(self, text: str) -> None:
        """Prints a line of its own."""
        print(f"{self.prefix}: {text}", flush=True)

    def _line(self) -> str:
        return f"{self.prefix}: celda {self.number}/{self._total} «{self._title}»"

    def _end_cell(self) -> None:
        if self.number == 0:
            return
        clear = "\r\x1b[2K" if self._live else ""
        print(f"{clear}{self._line()} {_clock(time.monotonic() - self._cell_start)}", flush=True)
        self._note = ""

    def _watch(self) -> None:
        last = time.monotonic()
        while not self._stop.wait(0.5):
            if self.number == 0:
                continue
            now = time.monotonic()
            note = f" · {self._note}" if self._note else ""
            line = f"{self._line()} {_clock(now - self._cell_start)}{note}"
            if self._live:
                width = shutil.get_terminal_size().columns - 1
                print(f"\r\x1b[2K{line[:width]}", end="", flush=True)
            elif now - last >= HEARTBEAT_SECONDS:
                last = now
                print(f"  … {line}", flush=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
