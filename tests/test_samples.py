"""Every adapter over samples of the partners themselves, where they lie beside us.

Without them the comparison runs over the payloads that the addons bring.
"""

import json
import subprocess
import sys
from pathlib import Path
from unittest import TestCase

import pytest

from suite import environment, normalise, paths

BESIDE = paths.ROOT.parent / "shared" / "fixtures"
OWN = sorted(paths.ADDONS.glob("logistics_carrier_*/tests/payloads/expected.jsonl"))
SAMPLES = sorted(BESIDE.glob("*/expected.jsonl"))


def _named(file):
    return "-".join(file.parent.parts[-3:])


def _lines(file):
    found = [json.loads(text) for text in file.read_text().splitlines() if text]
    return [line for line in found if line.get("kind") != "request"]


def _normalised(adapter, file):
    """Run `bin/normalise`: its status, its events, and what it complains of."""
    done = subprocess.run(
        [sys.executable, paths.BIN / "normalise", adapter, file],
        capture_output=True,
        text=True,
        check=False,
        env=environment.environment(),
    )
    events = [json.loads(text) for text in done.stdout.splitlines()]
    return done.returncode, events, done.stderr


def _mapper(adapter):
    __import__(normalise.adapters()[adapter])
    return sys.modules[normalise.adapters()[adapter]]


@pytest.mark.parametrize("file", SAMPLES + OWN, ids=_named)
def test_payloads_give_what_was_read_from_them_by_hand(file):
    from odoo.addons.logistics_carrier_base.tests import expected

    lines = _lines(file)
    assert lines
    for line in lines:
        body = (file.parent / line["file"]).read_bytes()
        parse = _mapper(line["adapter"]).parse
        failures, _remarks = expected.compare(line, *expected.run(parse, body))
        assert failures == [], line["file"]


@pytest.mark.parametrize("file", (SAMPLES or OWN)[::3], ids=_named)
def test_command_prints_the_same(file):
    from odoo.addons.logistics_carrier_base.tests import expected

    line = _lines(file)[0]
    path = file.parent / line["file"]
    status, events, complaint = _normalised(line["adapter"], path)
    assert status == (normalise.CARRIER_ANSWER if line.get("error") else 0), complaint
    read, _answer = expected.run(_mapper(line["adapter"]).parse, path.read_bytes())
    strip = ("references", "lines", "carrier")
    plain = [{k: v for k, v in event.items() if k not in strip} for event in read]
    TestCase().assertEqual(
        json.loads(json.dumps(events)), json.loads(json.dumps(plain, default=str))
    )


def test_every_carrier_has_payloads_and_a_line_for_each():
    carriers = {
        path.parent for path in paths.ADDONS.glob("logistics_carrier_*/const.py")
    }
    assert len(carriers) >= 2
    for carrier in sorted(carriers):
        folder = carrier / "tests" / "payloads"
        said = {line["file"] for line in _lines(folder / "expected.jsonl")}
        there = {
            path.name
            for path in Path(folder).iterdir()
            if path.name != "expected.jsonl"
            and path.suffix in (".json", ".xml", ".txt")
        }
        assert said == there, carrier.name
