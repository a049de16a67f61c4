"""Arrows between addons point down, and what is pure stays pure.

Reads manifests, Python with `ast`, and data files; needs neither Odoo nor a database.
"""

import textwrap
from pathlib import Path

import pytest
from architecture.carriers import (
    check_carrier_copies,
    check_carrier_parts,
    check_carrier_size,
)
from architecture.layers import (
    check_adapters,
    check_carrier_names,
    check_http,
    check_imports,
    check_manifests,
    check_no_lookup,
    check_upward_words,
    check_versions,
)
from architecture.overriding import check_no_silent_override
from architecture.purity import PURE_FILES, check_pure_files
from architecture.reading import read_addons

ADDONS = Path(__file__).resolve().parents[1] / "addons"

RULES = (
    check_manifests,
    check_imports,
    check_upward_words,
    check_no_lookup,
    check_http,
    check_adapters,
    check_carrier_names,
    check_carrier_parts,
    check_carrier_size,
    check_carrier_copies,
    check_pure_files,
    check_versions,
    check_no_silent_override,
)


@pytest.mark.parametrize("rule", RULES)
def test_suite_keeps_the_rule(rule):
    addons = read_addons(ADDONS)
    assert "logistics_events" in addons
    assert rule(addons) == []


def _make(folder, name, files=None, **manifest):
    addon = folder / name
    addon.mkdir()
    content = {"version": "19.0.1.0.0", "license": "LGPL-3", "depends": [], **manifest}
    (addon / "__manifest__.py").write_text(repr(content))
    for path, text in (files or {}).items():
        (addon / path).parent.mkdir(parents=True, exist_ok=True)
        (addon / path).write_text(textwrap.dedent(text))


BASE_MODEL = """
    class Connection(models.Model):
        _name = "logistics.connection"
"""
SAME = """
    def read(scan, path):
        found = {}
        for name in ("city", "country", "state"):
            if scan.get(name):
                found[name] = scan[name]
        if not found:
            return None
        return found
"""
BAD_TREES = {
    "a carrier with a job": (
        check_carrier_parts,
        {
            "logistics_carrier_acme": {
                "files": {"data/cron.xml": '<record id="a" model="ir.cron"/>'}
            }
        },
    ),
    "a carrier with a screen": (
        check_carrier_parts,
        {
            "logistics_carrier_acme": {
                "files": {"views/a.xml": '<record id="a" model="ir.ui.view"/>'}
            }
        },
    ),
    "a carrier with a route": (
        check_carrier_parts,
        {
            "logistics_carrier_acme": {
                "files": {"web.py": "from odoo.http import route\n"}
            }
        },
    ),
    "a carrier with a table of its own": (
        check_carrier_parts,
        {"logistics_carrier_acme": {"files": {"models/a.py": BASE_MODEL}}},
    ),
    "a carrier that is large": (
        check_carrier_size,
        {"logistics_carrier_acme": {"files": {"mapper.py": "a = 1\n" * 301}}},
    ),
    "two carriers with one piece of code": (
        check_carrier_copies,
        {
            "logistics_carrier_acme": {"files": {"mapper.py": SAME}},
            "logistics_carrier_beta": {"files": {"mapper.py": SAME}},
        },
    ),
    "a manifest that points up": (
        check_manifests,
        {"logistics_events": {"depends": ["logistics_carrier_base"]}},
    ),
    "a manifest with a module of somebody else": (
        check_manifests,
        {"logistics_returns": {"depends": ["logistics_events", "rma"]}},
    ),
    "a carrier that skips the base": (
        check_manifests,
        {"logistics_carrier_acme": {"depends": ["logistics_events"]}},
    ),
    "glue that must be installed by hand": (
        check_manifests,
        {
            "logistics_returns": {"depends": []},
            "logistics_returns_mrp": {"depends": ["logistics_returns", "mrp"]},
        },
    ),
    "an import that points up": (
        check_imports,
        {
            "logistics_carrier_base": {"depends": ["logistics_events"]},
            "logistics_events": {
                "files": {"a.py": "from odoo.addons import logistics_carrier_base\n"}
            },
        },
    ),
    "an import of a neighbour": (
        check_imports,
        {
            "logistics_returns": {"files": {"b.py": "X = 1\n"}},
            "logistics_freight_accrual": {
                "files": {"a.py": "from odoo.addons.logistics_returns.b import X\n"}
            },
        },
    ),
    "Odoo's private package": (
        check_imports,
        {"logistics_events": {"files": {"a.py": "from odoo.orm import fields\n"}}},
    ),
    "a model from above": (
        check_upward_words,
        {
            "logistics_carrier_base": {
                "depends": ["logistics_events"],
                "files": {"models/connection.py": BASE_MODEL},
            },
            "logistics_events": {
                "files": {
                    "a.py": 'def f(self):\n    self.env["logistics.connection"]\n'
                }
            },
        },
    ),
    "a model from above, extended with a mixin": (
        check_upward_words,
        {
            "logistics_carrier_base": {
                "depends": ["logistics_events"],
                "files": {
                    "a.py": BASE_MODEL,
                    "b.py": """
                        class Order(models.Model):
                            _name = "sale.order"
                            _inherit = ["sale.order", "logistics.mixin"]
                    """,
                },
            },
            "logistics_events": {
                "files": {
                    "a.py": 'X = "logistics.connection"\n',
                    "b.py": 'X = "sale.order"\n',
                }
            },
        },
    ),
    "a record from above": (
        check_upward_words,
        {
            "logistics_carrier_base": {"depends": ["logistics_events"]},
            "logistics_events": {
                "files": {"views/a.xml": '<a ref="logistics_carrier_base.menu" />'}
            },
        },
    ),
    "asking whether a model exists": (
        check_no_lookup,
        {
            "logistics_events": {
                "files": {"a.py": 'def f(self):\n    return "x" in self.env\n'}
            }
        },
    ),
    "asking for a model by a constant": (
        check_no_lookup,
        {
            "logistics_events": {
                "files": {"a.py": "def f(self):\n    return MODEL not in self.env\n"}
            }
        },
    ),
    "asking the registry": (
        check_no_lookup,
        {
            "logistics_events": {
                "files": {"a.py": 'def f(env):\n    return env.registry.get("x")\n'}
            }
        },
    ),
    "HTTP in the ledger": (
        check_http,
        {"logistics_events": {"files": {"a.py": "import requests\n"}}},
    ),
    "a route of a carrier": (
        check_adapters,
        {
            "logistics_carrier_acme": {
                "files": {"controllers/a.py": "from odoo.http import route\n"}
            }
        },
    ),
    "a cron of a carrier": (
        check_adapters,
        {
            "logistics_carrier_acme": {
                "files": {"data/a.xml": '<record id="a" model="ir.cron" />'}
            }
        },
    ),
    "a carrier's name below": (
        check_carrier_names,
        {
            "logistics_carrier_acme": {},
            "logistics_events": {"files": {"a.py": 'CODES = {"acme": 1}\n'}},
        },
    ),
    "two methods of one name, the same addon": (
        check_no_silent_override,
        {
            "logistics_events": {
                "files": {
                    "a.py": """
                        class Order(models.Model):
                            _inherit = "sale.order"

                            def _told(self):
                                return 1
                    """,
                    "b.py": """
                        class SaleOrder(models.Model):
                            _name = "sale.order"
                            _inherit = ["sale.order", "mail.thread"]

                            def _told(self, more):
                                return 2
                    """,
                }
            }
        },
    ),
    "another licence": (check_versions, {"logistics_events": {"license": "AGPL-3"}}),
    "another series": (check_versions, {"logistics_events": {"version": "18.0.1.0.0"}}),
}


@pytest.mark.parametrize("case", BAD_TREES)
def test_rule_sees(case, tmp_path):
    rule, tree = BAD_TREES[case]
    for name, content in tree.items():
        content = dict(content)
        _make(tmp_path, name, content.pop("files", None), **content)
    assert len(rule(read_addons(tmp_path))) == 1


IMPURE_SOURCES = {
    "Odoo": "from odoo import fields\n",
    "a file that is not pure": "from .models import thing\n",
    "the environment": "def f(self):\n    return self.env\n",
    "the clock of datetime": "import datetime\nX = datetime.datetime.now()\n",
    "the clock of time": "import time\nX = time.time()\n",
    "the imported clock": "from time import monotonic\n",
    "chance": "import random\n",
    "HTTP": "import requests\n",
    "a sibling that uses the clock": "from .sibling import X\n",
}


@pytest.mark.parametrize("source", IMPURE_SOURCES)
def test_pure_file_may_not_use(source, tmp_path):
    files = dict.fromkeys(PURE_FILES["logistics_events"], "")
    files["fold.py"] = IMPURE_SOURCES[source]
    files["sibling.py"] = "import datetime\nX = datetime.date.today()\n"
    _make(tmp_path, "logistics_events", files)
    assert len(check_pure_files(read_addons(tmp_path))) == 1


def test_pure_file_may_use_a_pure_sibling_and_a_time_of_day(tmp_path):
    files = dict.fromkeys(PURE_FILES["logistics_events"], "")
    files["fold.py"] = "from .vocabulary import X\nY = X.time()\n"
    files["vocabulary.py"] = "import datetime\nX = datetime.datetime(2026, 1, 1)\n"
    _make(tmp_path, "logistics_events", files)
    assert check_pure_files(read_addons(tmp_path)) == []


def test_dispatch_by_a_name_from_data_is_no_lookup(tmp_path):
    source = "def f(self, name):\n    return name in self.env.registry\n"
    _make(tmp_path, "logistics_events", {"a.py": source})
    assert check_no_lookup(read_addons(tmp_path)) == []


def test_missing_pure_file_is_seen(tmp_path):
    files = dict.fromkeys(PURE_FILES["logistics_events"][1:], "")
    _make(tmp_path, "logistics_events", files)
    assert len(check_pure_files(read_addons(tmp_path))) == 1
