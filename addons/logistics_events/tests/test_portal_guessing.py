"""Who guesses gets nothing: neither a page nor a hint that there is one."""

import itertools
import secrets
import uuid
from collections import Counter
from unittest.mock import patch
from urllib.parse import quote

from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from odoo.addons.logistics_events.controllers import portal
from odoo.addons.logistics_events.controllers.throttle import Misses

from .flood import FloodCase, Question
from .portal_case import INTERNAL, PortalCase

GUESSES = 10_000
FOREIGN = 20
# The share of each way in, of the signed-in customer and of nobody.
SHARES = {
    ("link", "public"): 3500,
    ("page", "portal"): 500,
    ("page", "public"): 1000,
    ("proof", "portal"): 500,
    ("proof", "public"): 500,
    ("file", "portal"): 500,
    ("file", "public"): 500,
    ("call", "portal"): 2000,
    ("call", "public"): 1000,
}
# The thread of a record nobody may read, and of one that is not there.
NO_MESSAGES = {"data": {}, "messages": []}
QUIET = (
    "odoo.http",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.rpc.controllers.jsonrpc",
    "werkzeug",
)


@tagged("post_install", "-at_install")
class TestGuessing(PortalCase, FloodCase):
    @classmethod
    def setUpClass(cls):
        cls._number_from(70000)
        super().setUpClass()
        cls.strangers = cls.foreign
        for number in range(FOREIGN - 1):
            order = cls._sell(partner_id=cls.other_customer.id)
            cls.strangers |= cls._ship(order.picking_ids, f"NB91{number:02d}")
        cls.token = cls._link()
        cls.foreign_token = cls._link(cls.foreign)
        for shipment in cls.strangers[:5]:
            cls._prove(shipment)
        cls.proof = cls._prove()
        cls.papers = cls.strangers.proof_ids
        every = cls.shipment | cls.strangers
        cls.words = {
            *INTERNAL,
            *every.mapped("name"),
            *every.sale_order_ids.mapped("name"),
            *every.parcel_ids.mapped("tracking_number"),
            cls.other_customer.name,
            "%PDF-1.4 signed",
        }
        cls.attachments = cls.env["ir.attachment"].search(
            [
                ("res_model", "=", "logistics.proof"),
                ("res_field", "=", "document"),
                ("res_id", "in", cls.papers.ids),
            ]
        )

    def setUp(self):
        super().setUp()
        # Nobody's misses of another test count here.
        self.startPatcher(patch.object(portal, "misses", Misses()))

    def _visitors(self):
        """Return the session of each visitor."""
        session = self.authenticate("portal-hansen", "portal-hansen")
        return {"portal": session.sid, "public": ""}

    # === WHAT IS GUESSED === #

    def _tokens(self):
        """Yield addresses of every kind somebody would try."""
        yield from ("0", "-1", "null", "%00", "..%2F..%2Fweb", "'%20OR%201=1--")
        yield from (str(shipment.id) for shipment in self.strangers)
        yield quote(self.shipment.name, safe="")
        yield from ("NB100", "NB900")
        for token in (self.token, self.foreign_token):
            for place in range(len(token)):
                other = "A" if token[place] != "A" else "B"
                yield token[:place] + other + token[place + 1 :]
                yield token[: place + 1] if place < len(token) - 1 else token + "A"
                yield token + token[place]
            yield token.swapcase()
        while True:
            yield secrets.token_urlsafe(32)
            yield str(uuid.uuid4())
            yield secrets.token_hex(16)

    def _ids(self, records):
        """Yield numbers of rows: those of others, those around them, and any."""
        own = {self.shipment.id} if records._name == "logistics.shipment" else set()
        if records._name == "ir.attachment":
            # Packed scripts and styles are everybody's.
            own = set(records.search([("public", "=", True)]).ids)
        near = range(max(min(records.ids) - 200, 1), max(records.ids) + 200)
        for number in itertools.chain(records.ids, near):
            if number not in own:
                yield number
        while True:
            yield secrets.randbelow(2**33) + 10**6

    def _guesses(self, kind):
        """Yield what is asked of one kind of address, for ever."""
        ids, papers = self._ids(self.strangers), self._ids(self.papers)
        files = self._ids(self.attachments)
        for turn, token in enumerate(self._tokens()):
            if kind == "link":
                yield Question(f"/shipment/{token}")
            elif kind == "page":
                more = f"?access_token={token}" if turn % 3 == 0 else ""
                yield Question(f"/my/shipments/{next(ids)}{more}")
            elif kind == "proof":
                # One's own delivery with the paper of another, and the other way.
                mine = turn % 3 == 0
                shipment_id = self.shipment.id if mine else next(ids)
                paper_id = next(papers)
                if not (mine and paper_id == self.proof.id):
                    yield Question(f"/my/shipments/{shipment_id}/proof/{paper_id}")
            elif kind == "file":
                yield Question(self._file(turn, ids, papers, files))
            else:
                yield self._call(turn, next(ids), token)

    def _file(self, turn, ids, papers, files):
        if turn % 4 == 0:
            return f"/web/content/logistics.proof/{next(papers)}/document"
        if turn % 4 == 1:
            return f"/web/content/{next(files)}?download=1"
        if turn % 4 == 2:
            return f"/web/content/logistics.shipment/{next(ids)}/name"
        return f"/web/content/logistics.tracking.link/{next(ids)}/token"

    def _call(self, turn, number, token):
        """Return a call, to the models as to what mails and threads answer."""
        model, method, args = (
            ("logistics.shipment", "read", [[number], ["name"]]),
            ("logistics.shipment", "search_read", [[["id", "=", number]]]),
            ("logistics.shipment", "_public_values", [[number]]),
            ("logistics.shipment", "action_make_tracking_link", [[number]]),
            ("logistics.tracking.link", "search_count", [[["token", "=", token]]]),
            ("logistics.parcel", "web_search_read", [[], {"tracking_number": {}}]),
            ("logistics.proof", "read", [[number]]),
            ("logistics.event", "read_group", [[], ["id"], ["event_type"]]),
            ("logistics.exception", "name_search", ["NB"]),
            ("logistics.customer.mail", "export_data", [[number], ["id"]]),
        )[turn % 10]
        if turn % 11 == 10:
            thread = {"thread_model": "logistics.shipment", "thread_id": number}
            return Question("/mail/thread/messages", thread)
        return Question(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": {}},
        )

    # === WHAT COMES BACK === #

    def _assert_nothing(self, answer):
        question = answer.question
        self.assertLess(answer.status, 500, question)
        if question.params is None:
            self.assertNotEqual(answer.status, 200, question)
        elif answer.status == 200:
            self.assertIn(answer.result, (None, NO_MESSAGES), question)
        text = answer.text
        for word in self.words:
            self.assertNotIn(word, text, question)

    @mute_logger(*QUIET)
    def test_ten_thousand_guesses_give_nothing(self):
        self.assertEqual(sum(SHARES.values()), GUESSES)
        visitors = self._visitors()
        asked, met = set(), Counter()
        for (kind, visitor), share in SHARES.items():
            questions = list(itertools.islice(self._guesses(kind), share))
            for answer in self.flood(questions, visitors[visitor]):
                self._assert_nothing(answer)
                met[kind, visitor] += 1
                if answer.status != 429:
                    asked.add(answer.question.path.partition("?")[0])
        self.assertEqual(met, SHARES)
        # They asked for what is there, and the doors are open for the right keys.
        for shipment in self.strangers:
            self.assertIn(f"/my/shipments/{shipment.id}", asked)
        for attachment in self.attachments:
            self.assertIn(f"/web/content/{attachment.id}", asked)
        right = [
            Question(f"/my/shipments/{self.shipment.id}"),
            Question(f"/my/shipments/{self.shipment.id}/proof/{self.proof.id}"),
            Question(f"/shipment/{self.token}"),
            Question(f"/shipment/{self.foreign_token}"),
        ]
        answers = self.flood(right, visitors["portal"])
        self.assertEqual([answer.status for answer in answers], [200] * 4)

    @classmethod
    def _number_from(cls, first):
        """Let records begin at a number that is nothing else in an answer, and has free
        ones of its length behind it.
        """
        with db_connect(get_db_name()).cursor() as cr:
            for table in ("logistics_shipment", "logistics_proof"):
                cr.execute(
                    "SELECT setval(seq, greatest(nextval(seq), %s)) "
                    "FROM pg_get_serial_sequence(%s, 'id') seq",
                    [first, table],
                )

    # === WHAT AN ANSWER GIVES AWAY === #

    def _pairs(self):
        """Return addresses of what is there and of what is not, equally long."""
        shipment, paper = self.foreign.id, self.papers[:1].id
        none = self._missing(self.foreign)
        no_paper = self._missing(self.papers[:1])
        page = f"/my/shipments/{self.shipment.id}"
        withdrawn = self._link(self.strangers[1])
        self.strangers[1].action_withdraw_tracking_link()
        voided = self._sell().picking_ids
        voided.carrier_tracking_ref = "VOID1"
        cancelled = self._link(voided.logistics_shipment_ids)
        voided.carrier_tracking_ref = False
        return [
            ("page", f"/my/shipments/{shipment}", f"/my/shipments/{none}"),
            ("paper", f"{page}/proof/{paper}", f"{page}/proof/{no_paper}"),
            (
                "their paper",
                f"/my/shipments/{shipment}/proof/{paper}",
                f"/my/shipments/{none}/proof/{paper}",
            ),
            (
                "stored paper",
                f"/web/content/logistics.proof/{paper}/document",
                f"/web/content/logistics.proof/{no_paper}/document",
            ),
            ("withdrawn link", f"/shipment/{withdrawn}", f"/shipment/{'x' * 43}"),
            ("link of a void label", f"/shipment/{cancelled}", f"/shipment/{'x' * 43}"),
        ]

    def _missing(self, record):
        """Return a number as long as that of a record, of no record."""
        number = 10 ** len(str(record.id)) - 1
        self.assertFalse(record.browse(number).exists())
        return number

    @mute_logger(*QUIET)
    def test_what_is_there_and_what_is_not_have_one_answer(self):
        pairs = self._pairs()
        for visitor, session_id in self._visitors().items():
            for name, there, missing in pairs:
                with self.subTest(visitor=visitor, asked=name):
                    first, second = self.flood(
                        [Question(there), Question(missing)], session_id
                    )
                    self.assertEqual(first.shape, second.shape)
                    self.assertNotEqual(first.status, 200)

    @mute_logger(*QUIET)
    def test_calls_about_what_is_there_and_what_is_not_have_one_answer(self):
        there, missing = self.foreign.id, self._missing(self.foreign)
        for visitor, session_id in self._visitors().items():
            for turn in range(11):
                first, second = self.flood(
                    [self._call(turn, number, "x" * 43) for number in (there, missing)],
                    session_id,
                )
                with self.subTest(visitor=visitor, asked=first.question.path):
                    texts = {
                        answer.text.replace(str(number), "N")
                        for answer, number in ((first, there), (second, missing))
                    }
                    self.assertEqual(len(texts), 1, texts)

    # === WHO IS SLOWED === #

    @mute_logger(*QUIET)
    def test_who_guesses_too_much_is_slowed_and_customers_behind_it_are_not(self):
        """All come from one address, as out of one office."""
        questions = []
        for number in range(60):
            questions.append(Question(f"/shipment/{secrets.token_urlsafe(32)}"))
            if number % 6 == 0:
                questions.append(Question(f"/shipment/{self.token}"))
        codes = Counter()
        for answer in self.flood(questions):
            right = answer.question.path.endswith(self.token)
            codes["right" if right else "wrong", answer.status] += 1
            if answer.status == 429:
                self.assertEqual(answer.headers["Retry-After"], "60")
                self.assertEqual(answer.body, b"")
        self.assertEqual(
            codes, {("wrong", 404): 30, ("wrong", 429): 30, ("right", 200): 10}
        )
        visitors = self._visitors()
        page = Question(f"/my/shipments/{self.shipment.id}")
        self.assertEqual(self.flood([page], visitors["portal"])[0].status, 200)

    @mute_logger(*QUIET)
    def test_who_waits_is_answered_in_full_again(self):
        moment = 0.0
        with patch.object(portal, "misses", Misses(limit=1, clock=lambda: moment)):
            wrong = Question(f"/shipment/{'x' * 43}")
            codes = [self.flood([wrong])[0].status for _turn in range(2)]
            moment = 60.0
            codes.append(self.flood([wrong])[0].status)
        self.assertEqual(codes, [404, 429, 404])

    def test_every_link_is_new_and_long(self):
        tokens = {self.token, self.foreign_token}
        for _number in range(20):
            self.shipment.action_withdraw_tracking_link()
            tokens.add(self._link())
        self.assertEqual(len(tokens), 22)
        self.assertEqual({len(token) for token in tokens}, {43})
