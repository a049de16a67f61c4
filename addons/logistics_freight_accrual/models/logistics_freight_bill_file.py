"""Files of carriers' bills, kept as they were received, and the job that reads them."""

import hashlib

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import insert_once

from .. import readers

# Files up to this size are read at once: about 1,000 charges of the widest layout.
AT_ONCE_BYTES = 512 * 1024
# So many problems of one file are kept row by row; the others are counted.
MOST_PROBLEMS = 1000
MAX_CONFLICTS = 10
PROBLEM_LABELS = [
    ("syntax", "Not the Layout"),
    ("encoding", "Encoding"),
    ("value", "Wrong Value"),
    ("total", "Does Not Add Up"),
    ("missing", "Missing"),
    ("unsupported", "Not Supported"),
    ("internal", "Could Not Be Stored"),
]


class LogisticsFreightBillFile(models.Model):
    """On screen: Bill File. One file, by its content; importing it again reads on."""

    _name = "logistics.freight.bill.file"
    _description = "Bill File"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        help="Whose bills are in it where no account number says it.",
    )
    name = fields.Char(string="File", required=True, readonly=True)
    digest = fields.Char(string="SHA-256", required=True, readonly=True)
    size = fields.Integer(string="Size (bytes)", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", string="As Received", readonly=True, ondelete="restrict"
    )
    message_id = fields.Many2one(
        "logistics.message", readonly=True, ondelete="set null", index="btree_not_null"
    )
    layout = fields.Selection(
        list(readers.LAYOUTS.items()), string="Read As", readonly=True
    )
    wanted_layout = fields.Selection(
        list(readers.LAYOUTS.items()), string="Layout Asked For", readonly=True
    )
    carrier_id = fields.Many2one(
        "logistics.carrier",
        readonly=True,
        ondelete="restrict",
        help="Chosen by a person, for bills whose account number is not listed.",
    )
    state = fields.Selection(
        [
            ("waiting", "In Line"),
            ("reading", "Being Read"),
            ("done", "Read"),
            ("failed", "Not Readable"),
        ],
        string="Status",
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    received_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    read_at = fields.Datetime(readonly=True)
    user_id = fields.Many2one("res.users", string="Imported By", readonly=True)
    bill_ids = fields.Many2many(
        "logistics.freight.bill",
        "logistics_freight_bill_file_rel",
        "file_id",
        "bill_id",
        string="Bills",
        readonly=True,
    )
    problem_ids = fields.One2many("logistics.freight.bill.problem", "file_id")
    problem_count = fields.Integer(string="Problems", readonly=True)
    bill_count = fields.Integer(string="Bills in the File", readonly=True)
    line_count = fields.Integer(string="Lines in the File", readonly=True)
    done_count = fields.Integer(string="Lines Done", readonly=True)
    added_count = fields.Integer(
        string="Lines Added", readonly=True, help="By the last time it was read."
    )
    known_count = fields.Integer(
        string="Lines Known Before",
        readonly=True,
        help="Of bills that were here already: nothing was added for them.",
    )
    refused_count = fields.Integer(string="Rows Refused", readonly=True)
    stopped_count = fields.Integer(compute="_compute_stopped_count")
    progress = fields.Float(compute="_compute_progress", string="Progress (%)")
    result_text = fields.Char(string="Result", compute="_compute_result_text")

    _digest_uniq = models.UniqueIndex(
        "(company_id, digest)", "This file is here already."
    )

    # === COMPUTE METHODS === #

    @api.depends("bill_ids.state")
    def _compute_stopped_count(self):
        for file in self:
            stopped = file.bill_ids.filtered(lambda bill: bill.state == "stopped")
            file.stopped_count = len(stopped)

    @api.depends("state", "done_count", "line_count")
    def _compute_progress(self):
        for file in self:
            if file.state == "done":
                file.progress = 100.0
            else:
                file.progress = 100.0 * file.done_count / (file.line_count or 1)

    @api.depends(
        "state", "added_count", "known_count", "refused_count", "problem_count"
    )
    @api.depends_context("lang")
    def _compute_result_text(self):
        for file in self:
            if file.state in ("waiting", "reading"):
                text = self.env._("It is being read.")
            elif file.state == "failed":
                text = file.problem_ids[:1].reason or self.env._("Not readable.")
            else:
                text = self.env._(
                    "Lines added: %(added)s, known before: %(known)s, refused: "
                    "%(refused)s.",
                    added=file.added_count,
                    known=file.known_count,
                    refused=file.refused_count,
                )
            file.result_text = text

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What a carrier sent is evidence and is kept."))

    # === ACTIONS === #

    def action_read_again(self):
        """Read the file once more; only what is missing is added."""
        self.env["logistics.freight.bill"]._check_finance()
        self.check_access("read")
        for file in self.sudo():
            if file.state in ("done", "failed"):
                file._read_soon()
        return True

    def action_show_progress(self):
        """Show again how far the job is."""
        return self._result_window()

    def action_view_bills(self):
        """Open the bills of the file; a single one at once."""
        bills = self.bill_ids
        window = {
            "type": "ir.actions.act_window",
            "name": self.env._("Bills"),
            "res_model": bills._name,
        }
        if len(bills) == 1:
            return window | {"view_mode": "form", "res_id": bills.id}
        return window | {"view_mode": "list,form", "domain": [("id", "in", bills.ids)]}

    def _result_window(self):
        """Return the window that shows what came of the files."""
        window = {
            "type": "ir.actions.act_window",
            "name": self.env._("Imported"),
            "res_model": self._name,
        }
        if len(self) == 1:
            return window | {"view_mode": "form", "res_id": self.id}
        return window | {"view_mode": "list,form", "domain": [("id", "in", self.ids)]}

    # === BUSINESS METHODS === #

    @api.model
    def _receive(self, data, company, filename, **more):
        """Keep a file, once however often it comes.

        :param bytes data: The file.
        :param res.company company: Whose bills are in it where no account says it.
        :param str filename: Its name.
        :param more: `layout`, `carrier`, `message`: what was chosen and brought it.
        :rtype: logistics.freight.bill.file
        """
        digest = hashlib.sha256(data).hexdigest()
        Files = self.sudo()
        file = Files.search([("company_id", "=", company.id), ("digest", "=", digest)])
        if not file:
            file = insert_once(
                Files,
                {
                    "company_id": company.id,
                    "name": filename,
                    "digest": digest,
                    "size": len(data),
                    "state": "done",
                    "received_at": fields.Datetime.now(),
                    "user_id": self.env.uid,
                    "problem_count": 0,
                    "bill_count": 0,
                    "line_count": 0,
                    "done_count": 0,
                    "added_count": 0,
                    "known_count": 0,
                    "refused_count": 0,
                },
            )
            file.attachment_id = file.env["ir.attachment"].create(
                {
                    "name": filename,
                    "raw": data,
                    "mimetype": "application/octet-stream",
                    "res_model": file._name,
                    "res_id": file.id,
                    "company_id": company.id,
                }
            )
        chosen = {
            "wanted_layout": more.get("layout"),
            "carrier_id": more.get("carrier") and more["carrier"].id,
            "message_id": more.get("message") and more["message"].id,
        }
        file.write({name: value for name, value in chosen.items() if value})
        return file

    def _companies(self):
        """Return to which companies bills in the file may be written.

        :return: Those of the person who handed it in; the one whose connection it is.
        :rtype: res.company
        """
        self.ensure_one()
        if self.message_id:
            company = self.company_id
            return company | company.search([("id", "child_of", company.id)])
        return self.company_id | self.user_id.company_ids

    def _read_soon(self):
        """Read small files now, and let the job read the others."""
        for file in self.sudo():
            if file.state in ("waiting", "reading"):
                continue
            file.write({"state": "waiting", "done_count": 0, "line_count": 0})
            if file.size <= AT_ONCE_BYTES:
                for _done in file._read():
                    file.flush_recordset()
            else:
                self.env.ref("logistics_freight_accrual.ir_cron_read_bills")._trigger()

    @api.model
    def _cron_read(self):
        """Read the files in line, portion by portion; what is cut goes on later."""
        Cron = self.env["ir.cron"]
        files = self.search([("state", "in", ("waiting", "reading"))], order="id")
        Cron._commit_progress(remaining=len(files))
        for file in files:
            conflicts = 0
            while conflicts < MAX_CONFLICTS:
                try:
                    for _done in file._read():
                        self.env.flush_all()
                        if not Cron._commit_progress(0):
                            return
                    Cron._commit_progress(1)
                    break
                except TransactionRollbackError:
                    # Somebody else took up bills of the carrier: only a new snapshot
                    # helps. What was committed is found again and not read twice.
                    self.env.cr.rollback()
                    self.env.invalidate_all()
                    conflicts += 1

    def _read(self):
        """Read the file, portion by portion.

        :return: After each portion, how many lines are done.
        :rtype: Iterator[int]
        """
        self.ensure_one()
        file = self.sudo()
        data = file.attachment_id.raw or b""
        if hashlib.sha256(data).hexdigest() != file.digest:
            file._fail(self.env._("The file was changed since it was received."))
            return
        Code = self.env["logistics.freight.code"]
        found = readers.read(data, file.wanted_layout or None, Code._kind_of())
        file.write({"state": "reading", "layout": found.layout or False})
        yield from self.env["logistics.freight.bill"]._take_up(file, found)

    def _fail(self, reason):
        """Note that nothing of the file can be read."""
        self.ensure_one()
        self.write({"state": "failed", "read_at": fields.Datetime.now()})
        if not self.problem_ids:
            self._note_problems([(False, 0, "syntax", reason)])
        self.env["logistics.exception"]._open(
            "unreadable",
            self,
            self.env._("%(file)s: %(reason)s", file=self.name, reason=reason),
        )

    def _note_problems(self, problems):
        """Keep what does not fit, row by row.

        :param list[tuple] problems: Bill id or False, row, category and reason each.
        """
        self.ensure_one()
        self.problem_ids.unlink()
        self.problem_count = len(problems)
        self.env["logistics.freight.bill.problem"].create(
            [
                {
                    "file_id": self.id,
                    "bill_id": bill_id,
                    "row": row,
                    "category": category,
                    "reason": reason,
                }
                for bill_id, row, category, reason in problems[:MOST_PROBLEMS]
            ]
        )


class LogisticsFreightBillProblem(models.Model):
    """A row of a file that could not be read, or a bill that does not add up."""

    _name = "logistics.freight.bill.problem"
    _description = "Problem of a Bill File"
    _order = "file_id, row, id"
    _rec_name = "reason"

    file_id = fields.Many2one(
        "logistics.freight.bill.file", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="file_id.company_id", store=True, index=True)
    bill_id = fields.Many2one(
        "logistics.freight.bill", index="btree_not_null", ondelete="cascade"
    )
    row = fields.Integer(help="As a person counts, from 1; 0 for the whole of it.")
    category = fields.Selection(PROBLEM_LABELS, required=True, string="What")
    reason = fields.Char(required=True, string="Why")


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    file_ids = fields.Many2many(
        "logistics.freight.bill.file",
        "logistics_freight_bill_file_rel",
        "bill_id",
        "file_id",
        string="Files",
        readonly=True,
    )
    problem_ids = fields.One2many(
        "logistics.freight.bill.problem", "bill_id", string="Problems", readonly=True
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="As Received", compute="_compute_attachment_ids"
    )

    @api.depends("file_ids.attachment_id")
    def _compute_attachment_ids(self):
        for bill in self:
            bill.attachment_ids = bill.sudo().file_ids.attachment_id
