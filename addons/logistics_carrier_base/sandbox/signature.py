"""What the sandbox carrier shows of a delivery: a signature and a paper."""

import hashlib
from io import BytesIO

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from .label import latin

_SIZE = (480, 160)
_INK = (20, 30, 90)


def signature_png(name):
    """Return the signature of somebody, the same for the same name.

    :param str name: Who signs.
    :return: A PNG on white.
    :rtype: bytes
    """
    image = Image.new("RGB", _SIZE, "white")
    draw = ImageDraw.Draw(image)
    swings = hashlib.sha256(name.encode()).digest()
    width, height = _SIZE
    points = [
        (30 + index * (width - 60) / 31, height / 2 + (swing - 128) * height / 340)
        for index, swing in enumerate(swings)
    ]
    draw.line(points, fill=_INK, width=4, joint="curve")
    draw.line([(30, height - 24), (width - 30, height - 24)], fill="grey")
    target = BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def proof_pdf(number, signer, at):
    """Return the paper that states a delivery.

    :param str number: The tracking number.
    :param str signer: Who took the parcel; may be empty.
    :param str at: When, as it stands on the scan.
    :return: A PDF of one A6 page.
    :rtype: bytes
    """
    target = BytesIO()
    canvas = Canvas(target, pagesize=A6, invariant=1)
    canvas.setTitle(f"Proof of delivery {number}")
    _width, height = A6
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(8 * mm, height - 12 * mm, "PROOF OF DELIVERY")
    canvas.setFont("Helvetica", 9)
    lines = (
        "Sandbox carrier: training, not for transport",
        f"Parcel {number}",
        f"Handed over {at}",
        f"Taken by {latin(signer)}" if signer else "",
    )
    for index, line in enumerate(lines):
        canvas.drawString(8 * mm, height - (22 + 7 * index) * mm, line[:60])
    canvas.showPage()
    canvas.save()
    return target.getvalue()
