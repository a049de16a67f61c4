"""What every test run of the suite adds to pytest.

A skipped or expectedly failing test fails the run: a browser test without a browser
says "skipped" and proves nothing. So does a test during which Odoo logs an error, as in
Odoo's own runner: whoever expects one mutes or asserts it. The counts are written for
the caller.
"""

import json
import logging
import os
import sys
from pathlib import Path

import pytest

from suite import paths, sharing

REPORT = "LOGISTICS_TEST_REPORT"
MUST_RUN_HTTP = "LOGISTICS_MUST_RUN_HTTP"


class LoggedErrors(logging.Handler):
    """Keeps the errors that were logged since it was last emptied."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.texts = []

    def emit(self, record):
        # A page that is closed while it loads complains; errors before that fail the
        # tour by themselves.
        if record.name.endswith(".browser"):
            return
        self.texts.append(f"{record.name}: {record.getMessage()}")

    def take(self):
        """Give what was kept and forget it."""
        texts, self.texts = self.texts, []
        return texts


class SuiteReport:
    """Counts outcomes and turns silent non-results into failures."""

    def __init__(self, share=None):
        self.share = share
        self.passed = 0
        self.failed = 0
        self.http = 0
        self.logged = LoggedErrors()

    def pytest_sessionstart(self, session):
        logging.getLogger().addHandler(self.logged)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        logged = self.logged.take()
        if hasattr(report, "wasxfail"):
            del report.wasxfail
            _fail(report, f"{item.nodeid}: marked as expected to fail")
        elif report.skipped:
            _fail(report, f"{item.nodeid}: not run, {_reason(report.longrepr)}")
        elif report.passed and logged:
            lines = "\n".join(logged)
            _fail(
                report, f"{item.nodeid}: Odoo logged errors during {call.when}\n{lines}"
            )
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector):
        report = yield
        if report.outcome == "skipped":
            _fail(report, f"{collector.nodeid}: skipped, {_reason(report.longrepr)}")
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
        # Not imported here: pure tests run without Odoo.
        common = sys.modules.get("odoo.tests.common")
        if common and isinstance(getattr(item, "instance", None), common.HttpCase):
            self.http += 1
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
            files = self.share.seconds if self.share else {}
            Path(file).write_text(json.dumps({"counts": counts, "files": files}))


def _fail(report, text):
    report.outcome = "failed"
    report.longrepr = text


def _reason(longrepr):
    return longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)


def pytest_configure(config):
    share = None
    if folder := os.environ.get(sharing.FOLDER):
        share = sharing.Share(folder, paths.ROOT)
        config.pluginmanager.register(share, "logistics-suite-share")
    config.pluginmanager.register(SuiteReport(share), "logistics-suite-report")
