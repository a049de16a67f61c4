"""Where the story is played: the people, the partners, and what everybody sees."""

import re
import sys
import time
from functools import cached_property

from . import plot, plot_returns
from .documents import Documents
from .neighbours import mail_folder
from .partners import EasyPost, Sandbox, ThirdParty
from .rpc import Browser, Person, RpcError

ADMINISTRATOR = ("administrator", "admin", "admin")
PATIENCE = 30  # Seconds.
_STEP = 0.2
_ASSET = re.compile(r'"(/web/assets/[^"]+\.(?:js|css))"')


class StoryError(Exception):
    """Something that the story needs did not happen."""


class Stage:
    """The server, the people who use it and the partners who talk to it.

    :param str base_url: The address of the server.
    :param str db: The database.
    :param dict conf: What `casting` prepared.
    """

    def __init__(self, base_url, db, conf):
        self.base_url = base_url
        self.db = db
        self.conf = conf
        self.mail = mail_folder(db)
        ports, partners = conf["ports"], conf["partners"]
        self.northwind = Sandbox(ports["northwind"], partners["northwind"])
        self.baltic = Sandbox(ports["baltic"], partners["baltic"])
        self.easypost = EasyPost(ports["usps"], partners["usps"], self.webhook("usps"))
        self.third_party = ThirdParty(self.webhook("rhein"), partners["rhein"])

    @cached_property
    def admin(self):
        """Return the administrator, who watches over scheduled jobs."""
        return Person(self.base_url, self.db, ADMINISTRATOR)

    @cached_property
    def finance(self):
        """Return the person in finance."""
        return Person(self.base_url, self.db, plot.FINANCE)

    @cached_property
    def warehouse(self):
        """Return the person in the warehouse."""
        return Person(self.base_url, self.db, plot.WAREHOUSE)

    @cached_property
    def service(self):
        """Return the person in customer service."""
        return Person(self.base_url, self.db, plot.SERVICE)

    @cached_property
    def integration(self):
        """Return the person who looks after the connections."""
        return Person(self.base_url, self.db, plot.INTEGRATION)

    @cached_property
    def colleague(self):
        """Return the second person in finance."""
        return Person(self.base_url, self.db, plot_returns.COLLEAGUE)

    def customer(self, key):
        """Return a customer who is logged in on the portal.

        :param str key: A key of `plot_returns.CUSTOMERS`.
        """
        return Person(self.base_url, self.db, plot_returns.CUSTOMERS[key])

    def open(self):
        """Wait for the partners and tell them where to report."""
        # An administrator who logs in tells Odoo its own address.
        self.admin.read("res.users", [self.admin.uid], "login")
        partners = self.conf["partners"]
        for key in ("northwind", "baltic"):
            sandbox = getattr(self, key)
            sandbox.wait_up()
            sandbox.subscribe(self.webhook(key), partners[key]["secret"])
        self.easypost.wait_up()

    def warm_up(self):
        """Open the first page, so that whoever comes next does not wait for it.

        Odoo packs scripts and styles when somebody asks for them first.
        """
        _status, page = self.finance.get("/odoo")
        for path in sorted(set(_ASSET.findall(page.decode(errors="replace")))):
            self.finance.get(path)

    def webhook(self, key):
        """Return the address a partner pushes to."""
        return self.base_url + self.conf["partners"][key]["webhook"]

    def answers(self):
        """Count what Odoo answered the partners, by status.

        :rtype: dict[str, int]
        """
        sent = [*self.easypost.answers, *self.third_party.answers]
        for sandbox in (self.northwind, self.baltic):
            rows = sandbox.ask("/control/deliveries", method="GET")["deliveries"]
            sent += [row["status"] for row in rows]
        return {str(status): sent.count(status) for status in sorted(set(sent))}

    def why_held(self, key):
        """Return the sentence that says why an order waits, as finance reads it."""
        order = self.order(key)
        found = self.finance.read(
            "sale.order",
            [order["id"]],
            "logistics_hold_reason",
            company=order["company"],
        )
        return found[0]["logistics_hold_reason"]

    def visitor(self):
        """Return a browser in which nobody is logged in."""
        return Browser(self.base_url)

    def order(self, key):
        """Return what is known of an order since it was prepared.

        :return: id, name, company.
        :rtype: dict
        """
        return self.conf["orders"][key]


class Scene(Documents):
    """One part of the story, while it is played.

    :param Stage stage: Where.
    :param str key: A key of `plot.SCENES`.
    """

    def __init__(self, stage, key):
        self.stage = stage
        self.key = key
        self.told = []
        self.happened = []
        self.numbers = []
        self.facts = {}
        self.problem = ""
        self.seconds = 0.0

    # === WHAT IS KEPT FOR THE REPORT === #

    def tell(self, text):
        """Note what a partner or a person said."""
        self.told.append(text)

    def note(self, text):
        """Note what happened, and show it."""
        self.happened.append(text)
        print(f"      {text}", file=sys.stderr, flush=True)

    def expect(self, what, is_so):
        """Stop the scene unless something is as it must be.

        :param str what: What must be so, as a sentence.
        :raise StoryError: When it is not.
        """
        if not is_so:
            raise StoryError(f"Not so: {what}")

    def wait(self, what, condition, seconds=PATIENCE):
        """Wait for something that the server does by itself.

        :param str what: What is waited for.
        :param condition: Called until it returns something true.
        :param float seconds: The longest wait.
        :return: What the condition returned.
        :raise StoryError: When it does not happen in time.
        """
        end = time.monotonic() + seconds
        while True:
            if result := condition():
                return result
            if time.monotonic() > end:
                raise StoryError(f"Waited {seconds:.0f} s in vain: {what}")
            time.sleep(_STEP)

    # === WHAT PEOPLE DO === #

    def confirm(self, key):
        """Customer service confirms a quotation."""
        order = self.stage.order(key)
        self.stage.service.do(
            "sale.order", "action_confirm", [order["id"]], company=order["company"]
        )
        return order

    def deliveries(self, order):
        """Return the deliveries of an order that are not done, the oldest first."""
        lines = self.stage.warehouse.find(
            "stock.move",
            [
                ("sale_line_id.order_id", "=", order["id"]),
                ("state", "not in", ["done", "cancel"]),
            ],
            ["picking_id"],
            company=order["company"],
        )
        return sorted({line["picking_id"][0] for line in lines})

    def validate(self, order, picking):
        """The warehouse validates a delivery; what is left becomes a backorder."""
        done = self.stage.warehouse.do(
            "stock.picking", "button_validate", [picking], company=order["company"]
        )
        if isinstance(done, dict) and done.get("res_model") == (
            "stock.backorder.confirmation"
        ):
            self._press(order, done, "process")
        state = self.picking(order, picking, "state")["state"]
        self.expect(f"transfer {picking} is validated, but {state}", state == "done")

    def _press(self, order, action, button):
        """Press a button of the dialog that an action opens."""
        options = {"company": order["company"], "context": action["context"]}
        person, model = self.stage.warehouse, action["res_model"]
        dialog = person.do(model, "create", {}, **options)
        return person.do(model, button, [dialog], **options)

    def picking(self, order, picking, *names):
        """Return fields of a transfer, as the warehouse sees them."""
        return self.stage.warehouse.read(
            "stock.picking", [picking], *names, company=order["company"]
        )[0]

    def ship(self, key, sandbox):
        """Sell and hand over a delivery of one parcel.

        :param str key: The order.
        :param Sandbox sandbox: The carrier.
        :return: The order, its shipment and the tracking number.
        :rtype: tuple[dict, dict, str]
        """
        order = self.confirm(key)
        picking = self.deliveries(order)[0]
        (number,) = self.label(order, picking, sandbox)
        self.validate(order, picking)
        return order, self.shipment_of(order, picking), number

    def label(self, order, picking, sandbox, parcels=1):
        """The warehouse buys labels at the carrier's and types their numbers in.

        :return: The tracking numbers.
        :rtype: list[str]
        """
        name = self.picking(order, picking, "name")["name"]
        numbers = sandbox.book(name, parcels)
        self.track(order, picking, numbers)
        return numbers

    def track(self, order, picking, numbers):
        """The warehouse types tracking numbers into a transfer."""
        self.stage.warehouse.do(
            "stock.picking",
            "write",
            [picking],
            {"carrier_tracking_ref": ",".join(numbers)},
            company=order["company"],
        )
        self.numbers += numbers

    def booked(self, order, picking, job=None):
        """Wait until a transfer has its tracking numbers, whoever brings them.

        :param str job: The scheduled job that brings them; its button is pressed when
            it does not run by itself.
        :rtype: list[str]
        """
        pressed = time.monotonic() + 5

        def numbers():
            found = self.picking(order, picking, "carrier_tracking_ref")
            if not found["carrier_tracking_ref"] and job and time.monotonic() > pressed:
                self.run_job(job)
            return found["carrier_tracking_ref"]

        known = self.wait(f"transfer {picking} is booked", numbers).split(",")
        self.numbers += known
        return known

    def shipment_of(self, order, picking):
        """Return the newest shipment a transfer belongs to."""
        found = self.stage.warehouse.find(
            "logistics.shipment",
            [("picking_ids", "in", [picking])],
            ["name", "state"],
            company=order["company"],
        )
        self.expect(f"transfer {picking} has a shipment", found)
        return found[0]

    def run_job(self, xmlid):
        """The administrator runs a scheduled job by its button, not to wait for it.

        :param str xmlid: The external identifier of the job.
        """
        module, name = xmlid.split(".")
        admin = self.stage.admin
        (job,) = admin.find(
            "ir.model.data", [("module", "=", module), ("name", "=", name)], ["res_id"]
        )
        try:
            admin.do("ir.cron", "method_direct_trigger", [job["res_id"]])
        except RpcError as error:
            # The server runs it right now.
            if error.kind != "UserError":
                raise

    # === WHAT PARTNERS DO === #

    def scan(self, sandbox, number, *codes, **details):
        """A carrier scans a parcel and reports each scan; all are taken.

        :param Sandbox sandbox: The carrier.
        :param str number: The parcel.
        :param codes: Its own codes.
        :param details: What it says beside the last of them.
        """
        for code in codes:
            more = details if code == codes[-1] else {}
            answer = sandbox.scan(number, code, **more)
            self.expect(f"{code} of {number} is taken, not {answer}", answer == 202)
        self.tell(f"{number}: {', '.join(codes)} (202)")

    # === WHAT PEOPLE SEE === #

    def state_is(self, order, shipment, state):
        """Wait until the warehouse sees a shipment in a state."""
        return self.wait(
            f"shipment {shipment['name']} is {state.replace('_', ' ')}",
            lambda: (
                self.stage.warehouse.read(
                    "logistics.shipment",
                    [shipment["id"]],
                    "state",
                    company=order["company"],
                )[0]["state"]
                == state
            ),
        )
