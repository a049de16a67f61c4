"""Runs one of the programs the story needs beside Odoo: `neighbours.py DB WHICH`.

Keys are read from what was prepared for that database, so that no process list shows
them. The stand-ins run as they do outside the story, by the suite's own launcher.
"""

import json
import os
import runpy
import sys
from pathlib import Path

from suite import paths

WHICH = ("northwind", "baltic", "usps", "mail", "carriers")
_LAUNCHER = paths.ADDONS / "logistics_carrier_base" / "sandbox"


def commands(conf):
    """Return the command lines of all of them.

    :param dict conf: What `casting` prepared.
    :rtype: list[list[str]]
    """
    return [[sys.executable, __file__, conf["db"], which] for which in WHICH]


def mail_folder(db):
    """Return the folder of the mailbox that belongs to a database.

    :rtype: Path
    """
    return paths.STATE / f"story-{db}-mail"


def main(db, which):
    """Run one of them until it is stopped.

    :param str db: The database that was prepared.
    :param str which: One of `WHICH`.
    """
    conf = json.loads((paths.STATE / f"story-{db}-conf.json").read_text())
    if which == "carriers":
        ports = ",".join(map(str, conf["stand_ins"].values()))
        _launch("--many", "--ports", ports, *conf["stand_ins"])
        return
    port = conf["ports"][which]
    if which == "mail":
        _serve_mail(mail_folder(db), port)
        return
    partner = conf["partners"][which]
    arguments = ["--port", str(port)]
    if which == "usps":
        arguments = ["--of", "easypost", *arguments]
        os.environ["EASYPOST_API_KEY"] = partner["api_key"]
    else:
        os.environ["SANDBOX_API_KEY"] = partner["api_key"]
    _launch(*arguments)


def _launch(*arguments):
    sys.argv = [str(_LAUNCHER), *arguments]
    runpy.run_path(str(_LAUNCHER), run_name="__main__")


def _serve_mail(folder, port):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from story.post_office import Mailbox

    with Mailbox(folder, port) as mailbox:
        mailbox.serve_forever(poll_interval=0.2)


if __name__ == "__main__":
    main(*sys.argv[1:])
