"""What is found of goods that came back, and what people decide without goods."""

from odoo.exceptions import UserError

from .stream_goods import StreamGoods, ahead_first, moved

SEND_BACK = "send_back"


class StreamCase(StreamGoods):
    """All that can happen to a stream but what is done about money."""

    # === GOODS ARE INSPECTED === #

    def _do_inspect(self, streams, kinds=None, whole=False):
        """Count what waits on the screen, and confirm twice."""
        for stream in streams:
            for one in stream.some(lambda one: one.at("here")):
                self._find(stream, one, kinds, whole)
                if not whole:
                    break

    def _find(self, stream, one, kinds, whole):
        here = ahead_first(one.at("here"))
        is_plain = not any(p.ahead for p in one.pieces)
        kind = stream.draw.choice(
            kinds
            or (
                ("restock",) * 4
                + ("refurbish", "scrap")
                + ((SEND_BACK, "missing", "wrong_item") if is_plain else ())
            )
        )
        pieces = here if whole else here[: stream.count(len(here))]
        screen = (
            self.env["logistics.return.inspection"]
            .with_user(self.clerk)
            .create({"return_id": one.record.id})
        )
        row = screen.line_ids.filtered(lambda row: not row.is_short)[:1]
        left = len(pieces)
        for row in screen.line_ids.filtered(lambda row: not row.is_short):
            part = min(left, row.left)
            if part > 0:
                row[f"{kind}_quantity"] = part
                left -= part
        self.assertFalse(left, stream.told())
        known = one.record.finding_ids
        screen.action_confirm()
        screen.action_confirm()
        found = one.record.finding_ids - known
        stream.story[-1] += f" {len(pieces)} {kind}"
        self.assertEqual(sum(found.mapped("quantity")), len(pieces), stream.told())
        if kind == "wrong_item":
            # What was sold is still where it was.
            stream.strange += len(pieces)
            moved(pieces, "coming")
        else:
            stream.findings[found] = (one, moved(pieces, kind))

    def _do_undo(self, streams):
        """Undo an inspection; what is credited already cannot be undone."""
        for stream in streams:
            known = [*stream.findings]
            if not known:
                continue
            found = stream.draw.choice(known)
            _one, pieces = stream.findings[found]
            try:
                with self.env.cr.savepoint():
                    found.with_user(self.clerk).action_undo("Counted wrong")
            except UserError:
                stream.story[-1] += " in vain"
                continue
            del stream.findings[found]
            moved(pieces, "here")
            stream.undone += 1

    # === EXCEPTIONS FOR CUSTOMERS === #

    def _do_keep(self, streams):
        self._decide(streams, "kept", let_go=True)

    def _do_lose(self, streams):
        self._decide(streams, "lost", let_go=True)

    def _do_ahead(self, streams):
        self._decide(streams, "goodwill", ahead=True)

    def _decide(self, streams, deed, **then):
        """Let goods go in the dialog, and press its button twice."""
        for stream in streams:
            for one in stream.some(
                lambda one: (
                    [p for p in one.at("coming") if not p.ahead]
                    and not one.refused
                    and one.record.state != "closed"
                )
            )[:1]:
                pieces = [p for p in one.at("coming") if not p.ahead]
                pieces = pieces[: stream.count(len(pieces))]
                Dialog = self.env["logistics.return.decide"].with_user(self.clerk)
                context = Dialog._dialog(one.record.with_user(self.clerk))["context"]
                dialog = Dialog.with_context(**context).create(
                    {"reason": "By phone", "deed": deed}
                )
                dialog.line_ids.quantity = len(pieces)
                dialog.action_confirm()
                dialog.action_confirm()
                for piece in pieces:
                    for name, value in then.items():
                        setattr(piece, name, value)

    def _do_take_back(self, streams):
        """What was lost is found, what was kept comes after all."""
        for stream in streams:
            for one in stream.some(
                lambda one: any(p.let_go or p.ahead for p in one.pieces)
            )[:1]:
                self.env["logistics.reason"].with_user(self.clerk).create(
                    {
                        "deed": "take_back_let_go",
                        "res_ids": one.record.ids,
                        "reason": "It was found",
                    }
                ).action_confirm()
                for piece in one.pieces:
                    piece.let_go = piece.ahead = False
