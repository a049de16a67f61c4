"""Runs one function of `tests/story/play.py`, in a process of its own.

The story is a module with

* `LOGINS`: the demo logins to print, as (role, login, password);
* `prepare(env)`: makes companies, carriers, products, orders; committed afterwards.
  What it returns is kept as JSON and handed to the other functions as `conf`;
* `companions(conf)`, optional: command lines of the programs that must run beside Odoo,
  a mailbox or a stand-in of a carrier. They are started before it and stopped with it;
* `play(base_url, db, conf)`: plays over HTTP and returns the report;
* `resume(base_url, db, conf)`, optional: called instead of `play` when the server
  starts once more on data that was played, perhaps on another port;
* `verify(report)`: lists what is missing, as sentences;
* `render(report)`: the text for the reader.
"""

import importlib
import json
import sys
from pathlib import Path

from suite import database, paths


def _load():
    for folder in (paths.ROOT, paths.TESTS, paths.TESTS / "story"):
        sys.path.insert(0, str(folder))
    return importlib.import_module("play")


def _read(file):
    return json.loads(Path(file).read_text())


def _write(file, content):
    """Write a JSON file as a whole or not at all."""
    target = Path(file)
    fresh = target.with_suffix(".new")
    # The partners' keys are in it.
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(content, indent=2, default=str))
    fresh.rename(target)


def prepare(story, name, conf_file):
    """Prepare the data and keep what the story says about it."""
    with database.odoo_environment(name) as env:
        conf = story.prepare(env)
    _write(conf_file, conf or {})


def companions(story, conf_file):
    """Give the command lines of the companions, as JSON."""
    function = getattr(story, "companions", None)
    commands = function(_read(conf_file)) if function else []
    return json.dumps([[str(part) for part in command] for command in commands])


def play(story, base_url, name, conf_file, report_file):
    """Play the story and keep its report; only a complete one counts as played."""
    _write(report_file, story.play(base_url, name, _read(conf_file)))


def resume(story, base_url, name, conf_file):
    """Go on with what was played."""
    function = getattr(story, "resume", None)
    if function:
        function(base_url, name, _read(conf_file))


def verify(story, report_file):
    """Give what is missing, as JSON."""
    return json.dumps([str(line) for line in story.verify(_read(report_file))])


def render(story, report_file):
    """Give the text for the reader."""
    return story.render(_read(report_file))


def logins(story):
    """Give the demo logins, as JSON."""
    return json.dumps([list(login) for login in story.LOGINS])


ACTIONS = {
    function.__name__: function
    for function in (prepare, companions, play, resume, verify, render, logins)
}

if __name__ == "__main__":
    result_file, action, *rest = sys.argv[1:]
    text = ACTIONS[action](_load(), *rest)
    if text is not None:
        Path(result_file).write_text(text)
