"""Progress on the terminal, and errors that say what to do."""

import contextlib
import os
import signal
import subprocess
import sys
import time


class SuiteError(Exception):
    """A step failed for a reason the reader can do something about."""

    def __init__(self, message, remedy=""):
        super().__init__(message)
        self.remedy = remedy


def say(text):
    """Print one line of progress; results go to standard output, this does not."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title):
    """Announce a step and how long it took.

    :param str title: What is being done, without a full stop.
    """
    say(f"== {title} ...")
    started = time.monotonic()
    yield
    say(f"   done in {time.monotonic() - started:.1f} s")


def run(command, *, remedy="", log=None, shown=False, **options):
    """Run a command quietly and show its last lines when it fails.

    :param list command: The program and its arguments.
    :param str remedy: What the reader can do when the command fails.
    :param Path log: Where the output is kept, else it is only shown on failure.
    :param bool shown: Show the output line by line as well.
    :return: The combined output.
    :rtype: str
    """
    command = [str(part) for part in command]
    lines = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        **options,
    ) as process:
        try:
            for line in process.stdout:
                lines.append(line)
                if shown:
                    say(line.rstrip("\n"))
        except BaseException:
            # Interrupted too: nobody else ends the command.
            process.terminate()
            raise
    output = "".join(lines)
    if log:
        log.write_text(output)
    if process.returncode:
        tail = "\n".join(output.splitlines()[-25:])
        name = " ".join(command[:6]) + (" ..." if len(command) > 6 else "")
        where = f"\nThe whole output is in {log}." if log else ""
        raise SuiteError(
            f"`{name}` ended with status {process.returncode}:\n{tail}{where}", remedy
        )
    return output


def _raise_exit(signum, _frame):
    raise SystemExit(128 + signum)


def main(function):
    """Run a command's function and turn known failures into plain sentences.

    :param function: Takes no argument and returns the exit status, or nothing.
    """
    # A terminated command must still stop the servers it started.
    signal.signal(signal.SIGTERM, _raise_exit)
    signal.signal(signal.SIGHUP, _raise_exit)
    try:
        status = function()
        sys.stdout.flush()
    except SuiteError as error:
        say(f"\nFailed: {error}")
        if error.remedy:
            say(f"What to do: {error.remedy}")
        status = 1
    except KeyboardInterrupt:
        say("\nInterrupted.")
        status = 130
    except BrokenPipeError:
        # The reader went away: nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    raise SystemExit(status or 0)
