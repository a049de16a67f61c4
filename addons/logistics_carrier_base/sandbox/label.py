"""The label of the sandbox carrier: a real PDF that a printer takes."""

from io import BytesIO

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas


def label_pdf(number, reference="", sender=None, receiver=None, weight=""):
    """Return the label of one parcel.

    :param str number: The tracking number, also as a barcode.
    :param str reference: The shipper's reference.
    :param dict | None sender: name, street, zip, city, country.
    :param dict | None receiver: The same.
    :param str weight: The weight with its unit.
    :return: A PDF of one A6 page, the same for the same parcel.
    :rtype: bytes
    """
    target = BytesIO()
    canvas = Canvas(target, pagesize=A6, invariant=1)
    canvas.setTitle(f"Label {number}")
    width, height = A6
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(8 * mm, height - 12 * mm, "SANDBOX CARRIER")
    canvas.setFont("Helvetica", 8)
    canvas.drawRightString(
        width - 8 * mm, height - 12 * mm, "Training, not for transport"
    )
    canvas.line(8 * mm, height - 15 * mm, width - 8 * mm, height - 15 * mm)
    _address(canvas, "From", sender or {}, height - 21 * mm, 8)
    _address(canvas, "To", receiver or {}, height - 52 * mm, 11)
    canvas.setFont("Helvetica", 8)
    canvas.drawString(8 * mm, 42 * mm, f"Reference {latin(reference)}"[:60])
    canvas.drawRightString(width - 8 * mm, 42 * mm, latin(weight)[:20])
    barcode = Code128(number, barHeight=20 * mm, barWidth=0.32 * mm)
    barcode.drawOn(canvas, (width - barcode.width) / 2, 16 * mm)
    canvas.setFont("Helvetica-Bold", 12)
    canvas.drawCentredString(width / 2, 9 * mm, number)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def label_zpl(number, reference=""):
    """Return the label of one parcel for a label printer that speaks ZPL.

    :param str number: The tracking number, also as a barcode.
    :param str reference: The shipper's reference.
    :rtype: bytes
    """
    said = latin(reference)[:60].replace("^", " ").replace("~", " ")
    return (
        f"^XA^FO40,40^A0N,40^FDSANDBOX CARRIER^FS^FO40,100^A0N,28^FD{said}^FS"
        f"^FO40,160^BY2^BCN,160,Y,N,N^FD{number}^FS^XZ\n"
    ).encode("latin-1")


def _address(canvas, title, party, top, size):
    canvas.setFont("Helvetica", 7)
    canvas.drawString(8 * mm, top, title)
    canvas.setFont("Helvetica", size)
    place = " ".join(str(party.get(key) or "") for key in ("zip", "city"))
    lines = [party.get("name"), party.get("street"), place, party.get("country")]
    for index, line in enumerate(line for line in lines if line):
        canvas.drawString(8 * mm, top - (index + 1.2) * size * 1.25, latin(line)[:48])


def latin(value):
    """Return a text as the standard fonts of PDF can write it.

    :rtype: str
    """
    return str(value or "").encode("latin-1", "replace").decode("latin-1")
