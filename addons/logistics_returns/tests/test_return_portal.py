from lxml import html

from odoo import fields
from odoo.tests import tagged

from .return_portal_case import ReturnPageCase
from .test_return_photo import picture


@tagged("post_install", "-at_install")
class TestStartReturn(ReturnPageCase):
    """The way to a return, from the order and from the shipment."""

    def _paths(self):
        shipment = self.picking.logistics_shipment_ids
        way = f"/my/orders/{self.order.id}/return"
        return {
            f"/my/orders/{self.order.id}": way,
            f"/my/shipments/{shipment.id}": f"{way}?shipment={shipment.id}",
        }

    def test_order_and_shipment_lead_to_the_return(self):
        for page, way in self._paths().items():
            self.assertIn(f'href="{way}"', self._get(page).text)
            response = self._get(way)
            self.assertEqual(response.status_code, 200)
            for part in ("Pump", "of 5", "Does Not Fit", "Damaged on the Way"):
                self.assertIn(part, self._text(response))
            self._assert_silent(response)

    def test_while_returns_are_off_nothing_leads_there(self):
        self.company.logistics_return_portal_days = 0
        for page, way in self._paths().items():
            self.assertNotIn("o_logistics_start_return", self._get(page).text)
            self.assertEqual(self._get(way).status_code, 404)

    def test_order_without_anything_to_return_offers_nothing(self):
        self._ask("5")
        for page, way in self._paths().items():
            self.assertNotIn("o_logistics_start_return", self._get(page).text)
            self.assertIn("Nothing of this order", self._text(self._get(way)))

    def test_shipment_offers_what_it_brought(self):
        order = self._sell(4)
        first = order.picking_ids
        first.carrier_tracking_ref = "NB201"
        first.move_ids.write({"quantity": 3, "picked": True})
        first.with_context(skip_backorder=True).button_validate()
        rest = order.picking_ids - first
        rest.carrier_id = self.method
        self._ship(rest, "NB202")
        shipment = rest.logistics_shipment_ids
        way = f"/my/orders/{order.id}/return"
        narrowed = self._text(self._get(f"{way}?shipment={shipment.id}"))
        self.assertIn("of 1 ", narrowed)
        self.assertNotIn("of 3 ", narrowed)
        foreign = self.foreign_picking.logistics_shipment_ids.id
        for unknown in ("", f"?shipment={foreign}", "?shipment=x"):
            self.assertIn("of 3 ", self._text(self._get(way + unknown)))

    def test_receiver_who_did_not_order_returns_nothing(self):
        receiver = self.env["res.partner"].create({"name": "Receiver"})
        self._account("receiver", receiver)
        order = self._sell(partner_shipping_id=receiver.id)
        shipment = self._ship(order.picking_ids, "NB400")
        self.authenticate("portal-receiver", "portal-receiver")
        page = self._get(f"/my/shipments/{shipment.id}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("o_logistics_start_return", page.text)
        self.assertEqual(self._get(f"/my/orders/{order.id}/return").status_code, 404)

    def test_form_makes_the_return_and_shows_it(self):
        response = self._send(
            "2", photos=[self._photo()], replacement="replace", note="Too large"
        )
        one = self._one()
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith(f"/my/returns/{one.id}"))
        self.assertRecordValues(
            one,
            [{"origin": "portal", "note": "Too large", "replacement": "replace"}],
        )
        self.assertEqual(one.line_ids.quantity, 2)
        self.assertEqual(len(one.photo_ids), 1)
        self.assertEqual(one.fact_ids.user_id, self.guest)

    def test_form_without_its_key_against_forgery_is_refused(self):
        path = f"/my/orders/{self.order.id}/return"
        key = self.picking.move_ids.id
        data = self._words() | {f"quantity-{key}": "1"}
        self.assertEqual(self._post(path, data, csrf=False).status_code, 400)
        self.assertFalse(self._one())

    def test_wrong_form_is_shown_again_with_what_was_typed(self):
        response = self._send("7", note="Please <b>hurry</b>", replacement="replace")
        self.assertEqual(response.status_code, 200)
        text = self._text(response)
        self.assertIn("at most 5 can still be sent back", text)
        self.assertIn("Please <b>hurry</b>", text)
        page = html.fromstring(response.content)
        quantity = page.xpath("//input[contains(@class, 'o_logistics_quantity')]")[0]
        self.assertEqual(quantity.get("value"), "7")
        self.assertTrue(page.xpath("//input[@value='replace']")[0].get("checked"))
        self.assertFalse(self._one())

    def test_wrong_photos_leave_nothing_behind(self):
        files = self.env["ir.attachment"].search_count([])
        for photos, message in (
            ([self._photo(content=b"%PDF-1.4")], "JPEG, PNG or WebP"),
            ([self._photo(content=b"")], "empty"),
            ([self._photo(), self._photo(content=bytes(11 * 2**20))], "too large"),
            ([self._photo(f"{n}.jpg") for n in range(9)], "At most 8"),
            ([self._photo("x.svg", b"<svg onload='alert(1)'/>")], "JPEG, PNG or WebP"),
        ):
            response = self._send("1", photos=photos)
            self.assertIn(message, self._text(response))
        self.assertFalse(self._one())
        self.assertEqual(self.env["ir.attachment"].search_count([]), files)


@tagged("post_install", "-at_install")
class TestReturnPages(ReturnPageCase):
    """The list and the page: safe words only, and what to do next."""

    def test_list_and_home_show_own_returns(self):
        one = self._ask("2")
        theirs = self._ask("1", order=self.foreign_order, user=self.stranger)
        response = self._get("/my/returns")
        text = self._text(response)
        for part in (one.name, self.order.name, "Return Requested"):
            self.assertIn(part, text)
        self._assert_silent(response, theirs.name, self.foreign_order.name)
        self.assertIn("/my/returns", self._get("/my/home").text)
        counts = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["logistics_return_count"]}
        )
        self.assertEqual(counts["logistics_return_count"], 1)

    def test_list_is_empty_in_words_and_takes_any_page(self):
        self.assertIn(
            "There are no returns of yours", self._text(self._get("/my/returns"))
        )
        self._ask("1")
        for page in ("1", "two", "-1", "9" * 30, ""):
            self.assertEqual(self._get(f"/my/returns?page={page}").status_code, 200)

    def test_page_tells_the_safe_word_and_nothing_of_ours(self):
        one = self._ask("2", note="Secret words of the customer")
        one.message_post(body="Secret words of a colleague, K. Meyer")
        one._say("approved", "by hand", note="Secret words: goodwill")
        one.reason_id = self.inside
        response = self._get(f"/my/returns/{one.id}")
        text = self._text(response)
        for part in ("Return Accepted", "You can send the goods back", "Pump", "2"):
            self.assertIn(part, text)
        self._assert_silent(response, "by hand", "approved")

    def test_every_state_has_its_word_and_its_next_steps(self):
        one = self._ask("2")
        page = f"/my/returns/{one.id}"

        def shown():
            text = self._get(page).text
            return {
                step
                for step in ("withdraw", "add_photos", "send")
                if f"o_logistics_{step}" in text
            }, self._text(self._get(page))

        steps, text = shown()
        self.assertEqual(steps, {"withdraw", "add_photos"})
        one._say("approved", "by hand")
        one.deadline = fields.Date.to_date("2027-03-09")
        steps, text = shown()
        self.assertEqual(steps, {"withdraw", "add_photos", "send"})
        self.assertIn("03/09/2027", text)
        self.assertIn(f"write {one.name} on the parcel", text)
        one._say("scanned", "first")
        steps, text = shown()
        self.assertEqual(steps, set())
        self.assertIn("On the Way Back", text)
        one._say("received", "move", line=one.line_ids, quantity=2)
        steps, text = shown()
        self.assertIn("Your goods have arrived and are being checked", text)
        self.assertNotIn("03/09/2027", text)

    def test_parcel_that_could_not_be_delivered_asks_nothing_of_the_customer(self):
        one = self._announce(self.picking, 5, kind="to_sender", origin="scan")
        response = self._get(f"/my/returns/{one.id}")
        self.assertIn("you need not do anything", self._text(response))
        for step in ("o_logistics_withdraw", "o_logistics_send", "o_logistics_add"):
            self.assertNotIn(step, response.text)

    def test_label_is_printed_while_the_goods_are_to_be_sent(self):
        one = self._ask("2")
        label = self._label(one)
        path = f"/my/returns/{one.id}/label/{label.id}"
        page = f"/my/returns/{one.id}"
        self.assertNotIn(path, self._get(page).text)
        self.assertEqual(self._get(path).status_code, 404)
        one._say("approved", "by hand")
        response = self._get(page)
        self.assertIn(path, response.text)
        self.assertIn("Print the label and hand the parcel over", self._text(response))
        download = self._get(path)
        self.assertEqual(download.content, b"%PDF-1.4 label")
        self.assertIn("attachment", download.headers["Content-Disposition"])
        one._say("scanned", "first")
        self.assertEqual(self._get(path).status_code, 404)

    def test_file_of_something_else_is_no_label(self):
        one = self._ask("2")
        one._say("approved", "by hand")
        secret = self._label(one, res_model="res.partner", res_id=self.customer.id)
        self.assertNotIn("o_logistics_label", self._get(f"/my/returns/{one.id}").text)
        path = f"/my/returns/{one.id}/label/{secret.id}"
        self.assertEqual(self._get(path).status_code, 404)

    def test_customer_follows_the_parcel_that_comes_back(self):
        one = self._ask("2")
        shipment = self.env["logistics.shipment"].create(
            {
                "partner_id": self.customer.id,
                "direction": "return",
                "carrier_id": self.carrier.id,
                "logistics_return_id": one.id,
            }
        )
        self.env["logistics.parcel"].create(
            {"shipment_id": shipment.id, "tracking_number": "RET500"}
        )
        self.assertIn("RET500", self._text(self._get(f"/my/returns/{one.id}")))

    def test_return_is_withdrawn_once_before_it_is_under_way(self):
        one = self._ask("2")
        path = f"/my/returns/{one.id}/withdraw"
        for _press in range(2):
            self.assertEqual(self._post(path).status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(one.state, "closed")
        self.assertEqual(
            len(one.fact_ids.filtered(lambda fact: fact.kind == "withdrawn")), 1
        )
        self.assertEqual(self.order._logistics_return_offers()[0].left, 5)
        one._say("reopened", "by hand")
        self.assertEqual(one.state, "requested")
        self._post(path)
        self.env.invalidate_all()
        self.assertEqual(one.state, "closed")

    def test_return_under_way_is_not_withdrawn(self):
        one = self._ask("2")
        one._say("scanned", "first")
        response = self._post(f"/my/returns/{one.id}/withdraw")
        self.assertIn("cannot be withdrawn any more", self._text(response))
        self.env.invalidate_all()
        self.assertEqual(one.state, "in_transit")

    def test_photos_are_added_and_seen_by_their_customer(self):
        one = self._ask("2")
        page = f"/my/returns/{one.id}"
        attack = b"<script>alert(1)</script>"
        photo = self._photo(content=picture() + attack)
        self.assertEqual(self._post(f"{page}/photos", photos=[photo]).status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(len(one.photo_ids), 1)
        path = f"{page}/photo/{one.photo_ids.id}"
        self.assertIn(path, self._get(page).text)
        seen = self._get(path)
        self.assertEqual(seen.headers["Content-Type"], "image/jpeg")
        self.assertEqual(seen.headers["X-Content-Type-Options"], "nosniff")
        self.assertNotIn(attack, seen.content)

    def test_no_more_photos_than_allowed_whenever_they_come(self):
        one = self._ask("2", photos=[picture()] * 7)
        path = f"/my/returns/{one.id}/photos"
        response = self._post(path, photos=[self._photo(), self._photo()])
        self.assertIn("At most 8", self._text(response))
        self.assertIn("choose a photo", self._text(self._post(path)))
        self._post(path, photos=[self._photo()])
        self.env.invalidate_all()
        self.assertEqual(len(one.photo_ids), 8)
        one._say("scanned", "first")
        late = self._post(path, photos=[self._photo()])
        self.assertIn("cannot be added any more", self._text(late))

    def test_files_of_colleagues_are_not_shown(self):
        one = self._ask("2")
        inside = self.env["ir.attachment"].create(
            {
                "name": "inspection.jpg",
                "raw": picture(),
                "res_model": one._name,
                "res_id": one.id,
            }
        )
        page = f"/my/returns/{one.id}"
        self.assertNotIn("/photo/", self._get(page).text)
        self.assertEqual(self._get(f"{page}/photo/{inside.id}").status_code, 404)

    def test_texts_of_others_cannot_run_in_the_page(self):
        attack = "<script>alert(1)</script>"
        self.product.name = attack
        self.fits_not.name = attack
        one = self._ask("2")
        one.company_id.email = f'"{attack}'
        for path in (
            "/my/returns",
            f"/my/returns/{one.id}",
            f"/my/orders/{self.order.id}/return",
        ):
            self.assertNotIn(attack, self._get(path).text)
        self.assertNotIn(attack, self._send("99", note=attack).text)

    def test_fields_and_images_have_labels(self):
        """What a screen reader needs: headings, labels, a status that is text."""
        one = self._ask("2", photos=[picture()])
        for path in (
            "/my/returns",
            f"/my/returns/{one.id}",
            f"/my/orders/{self.order.id}/return",
        ):
            main = html.fromstring(self._get(path).content).xpath("//main")[0]
            self.assertEqual(len(main.xpath(".//h1")), 1)
            for field in main.xpath(
                ".//input[@type!='hidden'] | .//select | .//textarea"
            ):
                self.assertTrue(main.xpath(f".//label[@for='{field.get('id')}']"))
            for section in main.xpath(".//section"):
                name = section.get("aria-labelledby")
                self.assertTrue(section.xpath(f".//*[@id='{name}']"), name)
            self.assertFalse(main.xpath(".//img[not(@alt)]"))
            for badge in main.xpath(".//*[contains(@class, 'badge')]"):
                self.assertTrue(badge.text_content().strip())
