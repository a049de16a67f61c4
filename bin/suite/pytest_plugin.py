"""What every test run of the suite adds to pytest.

A skipped or expectedly failing test fails the run: a browser test without a browser
says "skipped" and proves nothing. The counts are written for the caller.
"""

import json
import os
from pathlib import Path

import pytest

REPORT = "LOGISTICS_TEST_REPORT"
MUST_RUN_HTTP = "LOGISTICS_MUST_RUN_HTTP"


class SuiteReport:
    """Counts outcomes and turns silent non-results into failures."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.http = 0
        self.tours = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if report.skipped or hasattr(report, "wasxfail"):
            reason = getattr(report, "wasxfail", None) or _reason(report.longrepr)
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: not run ({reason}); nothing is proved"
            if hasattr(report, "wasxfail"):
                del report.wasxfail
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector):
        report = yield
        if report.outcome == "skipped":
            reason = _reason(report.longrepr)
            report.outcome = "failed"
            report.longrepr = f"{collector.nodeid}: not collected ({reason})"
        return report

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed += 1
        elif report.when == "call" and report.passed:
            self.passed += 1

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed += 1

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        result = yield
        from odoo.tests.common import HttpCase

        if isinstance(getattr(item, "instance", None), HttpCase):
            self.http += 1
            self.tours += bool(getattr(item.instance, "browser", None))
        return result

    def pytest_sessionfinish(self, session, exitstatus):
        if os.environ.get(MUST_RUN_HTTP) and not self.http and not exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            self.failed += 1
            session.config.get_terminal_writer().line(
                "\nNo HTTP test ran: the routes were not tested.", red=True
            )
        if file := os.environ.get(REPORT):
            counts = {"passed": self.passed, "failed": self.failed, "http": self.http}
            Path(file).write_text(json.dumps(counts))


def _reason(longrepr):
    return longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)


def pytest_configure(config):
    config.pluginmanager.register(SuiteReport(), "logistics-suite-report")
