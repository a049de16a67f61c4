"""The stage inside a test: the same people, partners and jobs, in one transaction.

People call what their screens call; the partners are the stand-ins, and what they push
goes through the webhook of the test's own server. The jobs run whenever somebody waits.
"""

import contextlib
import json
import shutil
import threading
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.service.model import call_kw

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.logistics_carrier_base.sandbox.http_server import Request
from odoo.addons.logistics_carrier_base.sandbox.sender import Delivery, WebhookSender
from odoo.addons.logistics_carrier_base.sandbox.server import SandboxServer
from odoo.addons.logistics_carrier_easypost.standin import EasyPostStandIn

from . import partners, plot, post_office
from .neighbours import mail_folder
from .rpc import RpcError
from .stage import ADMINISTRATOR, Scene, Stage, StoryError

# In the order in which one wakes the other: job, and what it has to do.
JOBS = {
    "logistics_carrier_base.ir_cron_drain_messages": (
        "logistics.message",
        [("state", "=", "new")],
    ),
    "logistics_carrier_base.ir_cron_read_again": (
        "logistics.replay",
        [("state", "=", "running")],
    ),
    "logistics_events.ir_cron_bring_in_line": (
        "logistics.mode.change",
        [("is_pending", "=", True)],
    ),
    "logistics_events.ir_cron_run_effects": (
        "logistics.effect",
        [("state", "=", "waiting"), ("observed", "=", False)],
    ),
    "logistics_invoice_release.ir_cron_send_invoices": (
        "logistics.effect",
        [("send_state", "=", "due")],
    ),
    "logistics_invoice_release.ir_cron_capture_payments": (
        "logistics.effect",
        [("capture_state", "=", "due")],
    ),
}
_ROUNDS = 8


class Insider:
    """Somebody at a screen, without the way over HTTP.

    :param odoo.api.Environment env: The superuser's environment.
    :param tuple login: Role, login and password.
    """

    def __init__(self, env, login):
        self.role, name, _password = login
        self._env = env
        self.uid = env["res.users"].search([("login", "=", name)]).id

    def do(self, model, method, *args, company=None, context=None, **kwargs):
        """Call a public method of a model; see `rpc.Person.do`."""
        context = {"lang": "en_US", "tz": "UTC"} | (context or {})
        if company:
            context["allowed_company_ids"] = [company]
        env = self._env(user=self.uid, context=context, su=False)
        try:
            result = call_kw(
                env[model], method, list(args), kwargs | {"context": context}
            )
        except UserError as error:
            raise RpcError(type(error).__name__, str(error)) from error
        env.flush_all()
        self._env.invalidate_all()
        return result

    def find(self, model, domain, fields=("display_name",), **options):
        """Search and read; see `rpc.Person.find`."""
        return self.do(model, "search_read", domain, list(fields), **options)

    def read(self, model, ids, *fields, **options):
        """Read records by id; see `rpc.Person.read`."""
        return self.do(model, "read", list(ids), list(fields), **options)


class Visitor:
    """A browser in which nobody is logged in, on the test's own server."""

    def __init__(self, test):
        self._test = test

    def get(self, path):
        """Open a page."""
        answer = self._test.opener.get(self._test.base_url() + path, timeout=60)
        return answer.status_code, answer.content

    def call(self, route, **params):
        """Call a JSON-RPC route."""
        return self._test.make_jsonrpc_request(route, params)


class _InsideControl:
    """Pulls the strings of a stand-in in this thread: what it pushes must not wait."""

    stand_in = None

    def ask(self, route, /, method="POST", **content):
        """Override to call the stand-in itself."""
        headers = {name.lower(): text for name, text in self._headers.items()}
        body = json.dumps(content).encode()
        reply = self.stand_in.handle(Request(method, route, {}, headers, body))
        if reply.status >= 300:
            raise partners.Refusal(f"{route}: {reply.status} {reply.body[:200]!r}")
        return json.loads(reply.body)


class _Sandbox(_InsideControl, partners.Sandbox):
    pass


class _EasyPost(_InsideControl, partners.EasyPost):
    pass


class InsideStage(Stage):
    """The stage of one test.

    :param HttpCase test: The test.
    :param dict conf: What `casting` prepared.
    """

    def __init__(self, test, conf):
        super().__init__(test.base_url(), test.env.cr.dbname, conf)
        self._test = test
        ports, known = conf["ports"], conf["partners"]
        for key in ("northwind", "baltic"):
            sandbox = _Sandbox(ports[key], known[key])
            sandbox.stand_in = SandboxServer(
                port=ports[key], api_key=known[key]["api_key"]
            )
            setattr(self, key, sandbox)
        self.easypost = _EasyPost(ports["usps"], known["usps"], self.webhook("usps"))
        self.easypost.stand_in = EasyPostStandIn(
            port=ports["usps"], api_key=known["usps"]["api_key"]
        )
        for name, login in zip(
            ("finance", "warehouse", "service", "integration", "admin"),
            (*plot.LOGINS, ADMINISTRATOR),
            strict=True,
        ):
            self.__dict__[name] = Insider(test.env, login)

    @contextlib.contextmanager
    def opened(self):
        """Let partners and mailbox work inside."""
        shutil.rmtree(self.mail, ignore_errors=True)
        with contextlib.ExitStack() as stack:
            for partner in (self.northwind, self.baltic, self.easypost):
                stack.enter_context(partner.stand_in)
            mailbox = stack.enter_context(
                post_office.Mailbox(self.mail, self.conf["ports"]["mail"])
            )
            thread = threading.Thread(target=mailbox.serve_forever, args=[0.05])
            thread.start()
            stack.callback(thread.join)
            stack.callback(mailbox.shutdown)
            stack.enter_context(
                patch.object(IrMail_Server, "_disable_send", lambda *_args: False)
            )
            stack.enter_context(
                patch.object(
                    WebhookSender,
                    "_post",
                    lambda sender, posting, attempt=1: self._report(
                        sender, posting, attempt
                    ),
                )
            )
            stack.enter_context(patch.object(partners, "post", self._post))
            self.open()
            yield self
        shutil.rmtree(mail_folder(self.db), ignore_errors=True)

    def visitor(self):
        """Override: a browser on the test's own server."""
        return Visitor(self._test)

    def mails_to(self, address):
        """Return the mails that arrived at an address."""
        return [mail for mail in post_office.read(self.mail) if address in mail["to"]]

    def _post(self, url, body, headers):
        answer = self._test.opener.post(
            url,
            data=body,
            headers={"Content-Type": "application/json"} | dict(headers),
            timeout=60,
        )
        return answer.status_code, answer.content

    def _report(self, sender, posting, attempt):
        """Stand for `WebhookSender._post`."""
        host, port = sender._address
        url = f"http://{host}:{port}{sender._target}"
        status, _body = self._post(url, posting.body, posting.headers)
        delivery = Delivery(posting.label, status, attempt)
        sender.history.append(delivery)
        return delivery

    def work(self):
        """Run the jobs that the last events woke."""
        for name, (model, domain) in JOBS.items():
            if self._test.env[model].search_count(domain, limit=1):
                self.run(name)

    def run(self, name):
        """Run one job."""
        self._test.env.flush_all()
        self._test.env.ref(name).method_direct_trigger()
        self._test.env.invalidate_all()

    def pass_time(self):
        """Let so much time pass that every number may be asked about again."""
        cr = self._test.env.cr
        self._test.env.flush_all()
        cr.execute(
            "UPDATE logistics_parcel SET next_poll_at = %s "
            "WHERE next_poll_at IS NOT NULL",
            [fields.Datetime.now()],
        )
        cr.execute("UPDATE logistics_connection SET breaker = NULL")
        self._test.env.invalidate_all()


class InsideScene(Scene):
    """A scene in which nobody waits: what the server does by itself is done then."""

    def wait(self, what, condition, seconds=0):
        """Override to work instead of waiting."""
        for _round in range(_ROUNDS):
            if result := condition():
                return result
            self.stage.work()
        raise StoryError(f"It does not happen: {what}")

    def not_invoiced(self, order, seconds=0):
        """Override to give the invoice its chance at once."""
        self.stage.work()
        self.expect(f"{order['name']} is not invoiced yet", not self.invoices(order))

    def booked(self, order, picking, job=None):
        """Override to run the job that brings the numbers."""
        if job:
            self.run_job(job)
        return super().booked(order, picking, job)

    def run_job(self, xmlid):
        """Override to be at the time at which a job has something to do."""
        self.stage.pass_time()
        super().run_job(xmlid)
