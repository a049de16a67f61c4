import base64
import hashlib
import time
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.logistics_events.tests import files

from .. import proof_turns
from ..exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from ..retry import Breaker
from .proof_case import JOB, ProofCase

NOON = datetime(2026, 11, 20, 12)
SECRET_PLACE = b"Canary at the door"


@tagged("post_install", "-at_install")
class TestProofRequest(ProofCase):
    def test_nobody_is_asked_before_the_delivery(self):
        asked = self._answer(self._file())
        self._deliver("PUP", "OFD")
        self.assertFalse(self._fetch())
        self.assertEqual(asked, [])

    def test_proof_comes_after_the_delivery_once(self):
        content = files.image("JPEG", comment=SECRET_PLACE)
        asked = self._answer(self._file(content, signer="K. Meyer", name="../door.php"))
        self._deliver()
        request = self._fetch()
        self.assertRecordValues(request, [{"state": "done", "error": False}])
        (kept,) = self.shipment.proof_ids
        self.assertRecordValues(
            kept,
            [
                {
                    "parcel_id": self.parcel.id,
                    "connection_id": self.connection.id,
                    "kind": "signature",
                    "signer": "K. Meyer",
                    "mimetype": "image/jpeg",
                    "document_name": "door.jpg",
                    "proof_at": self.parcel.delivered_at,
                    "received_digest": hashlib.sha256(content).hexdigest(),
                    "event_id": False,
                }
            ],
        )
        stored = base64.b64decode(kept.document)
        self.assertNotIn(SECRET_PLACE, stored)
        self.assertEqual(kept.digest, hashlib.sha256(stored).hexdigest())
        self._fetch()
        self.assertEqual(asked, ["NB100"])

    def test_signer_is_who_the_delivery_names(self):
        self._answer(self._file())
        self._deliver("PUP", self._scan("DLV", signer="P. Hansen"))
        self._fetch()
        self.assertEqual(self.shipment.proof_ids.signer, "P. Hansen")

    def test_announced_proof_is_asked_for_before_the_delivery(self):
        asked = self._answer(self._file())
        self._deliver("PUP", "POD")
        request = self._fetch()
        self.assertEqual(asked, ["NB100"])
        self.assertTrue(request.is_announced)
        self.assertEqual(request.state, "done")

    def test_proof_announced_later_begins_the_questions_anew(self):
        self._answer(CarrierRejected("not_found", "404", "none"))
        self._deliver()
        for _day in range(len(proof_turns.PAUSES) + 1):
            self._fetch()
        self.assertEqual(self.request.state, "given_up")
        self._answer(self._file())
        self._deliver("PUP", "DLV", "POD")
        self.assertEqual(self.request.state, "waiting")
        self.assertEqual(self._fetch(anew=False).state, "done")

    def test_nothing_yet_is_asked_again_later_and_given_up_quietly(self):
        for answer in ((), (CarrierRejected("not_found", "404", "none"),)):
            with self.subTest(answer):
                asked = self._answer(*answer)
                self._deliver()
                self.request._ask_now()
                waits = []
                while (request := self._fetch()).state == "waiting":
                    waits.append(request.next_try_at - request.asked_at)
                self.assertEqual(waits, list(proof_turns.PAUSES))
                self.assertEqual(len(asked), len(waits) + 1)
                self.assertRecordValues(
                    request, [{"state": "given_up", "error": False}]
                )
        troubles = self.env["logistics.exception"].search([]).mapped("summary")
        self.assertFalse([text for text in troubles if "proof" in text.lower()])

    def test_question_waits_for_its_turn(self):
        asked = self._answer()
        self._deliver()
        self._run_job(JOB)
        self._run_job(JOB)
        self.assertEqual(asked, ["NB100"])

    def test_what_stood_in_the_way_is_kept(self):
        self._answer(CarrierUnavailable("down", 7200))
        self._deliver()
        request = self._fetch()
        self.assertRecordValues(request, [{"state": "waiting", "error": "down"}])
        self.assertEqual(request.next_try_at - request.asked_at, timedelta(hours=2))
        self._answer(CarrierRejected("authentication", "401", "wrong key"))
        self.assertEqual(self._fetch().error, "wrong key")

    def test_paused_calls_are_no_attempt(self):
        asked = self._answer(self._file())
        self._deliver()
        self.connection.breaker = Breaker()._opened(time.time()).as_dict()
        request = self._fetch()
        self.assertRecordValues(request, [{"state": "waiting", "attempts": 0}])
        self.assertEqual(asked, [])

    def test_refused_files_are_a_reason_and_no_trouble(self):
        for content, reason in (
            (b"<svg onload='x'/>", "no JPEG"),
            (b"", "empty"),
            (files.image()[:-20], "cut off"),
            (b"\xff\xd8\xff" + bytes(50_000_000), "larger than"),
            (files.png_of(20_000, 20_000, b""), "pixels"),
            (files.pdf(b"/OpenAction << /S /JavaScript >>"), "program"),
        ):
            with self.subTest(reason):
                self._answer(self._file(content))
                self._deliver()
                self.request._ask_now()
                request = self._fetch()
                self.assertEqual(request.state, "waiting")
                self.assertIn(reason, request.error)
        self.assertEqual(self.shipment.state, "delivered")
        self.assertFalse(self.shipment.proof_ids)
        self.assertIn("program", self.shipment.proof_text)

    def test_good_file_is_kept_beside_a_refused_one(self):
        self._answer(self._file(b"rubbish"), self._file(files.pdf(), kind="document"))
        self._deliver()
        request = self._fetch()
        self.assertEqual(request.state, "done")
        self.assertIn("no JPEG", request.error)
        self.assertEqual(self.shipment.proof_ids.kind, "document")

    def test_file_of_another_number_is_not_kept(self):
        self._answer(self._file(number="NB999"), self._file(number="nb 100"))
        self._deliver()
        request = self._fetch()
        self.assertIn("another number", request.error)
        self.assertEqual(len(self.shipment.proof_ids), 1)

    def test_flood_of_files_is_cut(self):
        self._answer(
            *(self._file(files.image(size=(50, 50 + extra))) for extra in range(30))
        )
        self._deliver()
        self._fetch()
        self.assertEqual(len(self.shipment.proof_ids), 10)

    @mute_logger("odoo.addons.logistics_carrier_base.calling")
    def test_defect_of_an_adapter_costs_its_own_parcel_only(self):
        other = self._ship(self._sell().picking_ids, "NB200")

        def fetch(number):
            if number == "NB100":
                raise KeyError("signature")
            return [self._file(number=number)]

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_proof_fetcher", lambda adapter, connection: fetch)
        self._hand_in(self._message("NB100", "DLV"), self._message("NB200", "DLV"))
        self._run_job(JOB)
        self.assertIn("KeyError", self.request.error)
        self.assertEqual(len(other.proof_ids), 1)

    def test_answer_that_is_no_list_of_files_is_a_reason(self):
        self._answer({"content": b"x"})
        self._deliver()
        with mute_logger(
            "odoo.addons.logistics_carrier_base.models.logistics_proof_request"
        ):
            request = self._fetch()
        self.assertEqual(request.state, "waiting")
        self.assertTrue(request.error)

    # === KEPT ONCE === #

    def test_same_file_is_kept_once(self):
        content = files.image()
        self._answer(self._file(content), self._file(content, kind="photo"))
        self._deliver()
        self._fetch()
        self.assertEqual(len(self.shipment.proof_ids), 1)

    def test_withdrawn_proof_does_not_come_back(self):
        self._answer(self._file())
        self._deliver()
        self._fetch()
        self.shipment.proof_ids.action_withdraw("Another door")
        self.request.write({"state": "waiting"})
        self._fetch()
        self.assertEqual(len(self.shipment.proof_ids), 1)
        self.assertEqual(self.shipment.state, "delivered")

    def test_delivery_taken_back_is_asked_about_no_more(self):
        asked = self._answer(self._file())
        self._deliver()
        event = self.shipment.event_ids.filtered(
            lambda one: one.event_type == "delivered"
        )
        self.shipment._retract(event, "Wrong parcel")
        self.assertFalse(self._fetch())
        self.assertEqual(asked, [])

    # === WHO IS ASKED === #

    def test_switched_off_connection_is_not_asked(self):
        asked = self._answer(self._file())
        self.connection.fetch_proofs = False
        self._deliver()
        self.assertFalse(self._fetch())
        self.assertEqual(asked, [])

    def test_connection_without_a_key_is_not_asked(self):
        self.connection.credential_token = False
        self.connection.credential_ids.token = False
        asked = self._answer(self._file())
        self._deliver()
        self._fetch()
        self.assertEqual(asked, [])
        self.assertFalse(self.shipment.can_ask_proof)

    def test_old_deliveries_are_history(self):
        scan = {"code": "DLV", "at": "2020-01-05T10:00:00+01:00"}
        self.parcel.valid_from = "2020-01-01 00:00:00"
        self._deliver(scan)
        self.assertEqual(self.shipment.state, "delivered")
        self.assertFalse(self.request)

    def test_user_asks_again_and_nobody_else(self):
        asked = self._answer()
        self._deliver()
        self._fetch()
        self.shipment.with_user(self.people["user"]).action_ask_proof()
        self._run_job(JOB)
        self.assertEqual(len(asked), 2)
        with self.assertRaises(AccessError):
            self.request.with_user(self.people["auditor"]).action_ask_again()
        self._answer(self._file())
        self._fetch()
        with self.assertRaises(UserError):
            self.shipment.with_user(self.people["user"]).action_ask_proof()

    def test_shipment_says_when_the_carrier_is_asked(self):
        self._answer()
        self._deliver()
        self._fetch()
        self.assertIn("asked for the proof again", self.shipment.proof_text)
        self.assertTrue(self.shipment.can_ask_proof)
