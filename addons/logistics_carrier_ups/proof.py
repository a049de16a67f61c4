"""What UPS hands over as proof of delivery, beside the scans. Pure."""

from odoo.addons.logistics_carrier_base import embedded, reading, strict_json

# In a tracking reply: kind and where it stands under `deliveryInformation`.
_PLACES = (
    ("signature", "signature", "image"),
    ("photo", "deliveryPhoto", "photo"),
    ("document", "pod", "content"),
)


def proofs_of(body):
    """Return the files in a tracking reply or a pushed message.

    :param bytes body: The message.
    :return: For each file `tracking_number`, `kind` (`signature`, `photo` or
        `document`), `content` (bytes), `name` and `signer`.
    :rtype: list[dict]
    :raises UnreadableMessage: When it is no JSON document.
    """
    document = strict_json.loads(body, strict_json.MAX_WITH_FILES)
    if not isinstance(document, dict):
        return []
    proofs = []
    for shipment in _objects(document.get("trackResponse"), "shipment"):
        for package in _objects(shipment, "package"):
            proofs += of_package(package, package_number(package, shipment))
    return proofs + of_push(document)


def package_number(package, shipment):
    """Return the number of a package; one without its own has the one asked for.

    :param dict package: The package.
    :param dict shipment: The shipment it stands in.
    :rtype: str
    """
    number = reading.text(package.get("trackingNumber"), 100)
    if any(char.isdigit() for char in number):
        return number
    return reading.text(shipment.get("inquiryNumber"), 100)


def of_package(package, number):
    """Return the files of one package of a reply, as `proofs_of`.

    :param dict package: The package.
    :param str number: Its number.
    :rtype: list[dict]
    """
    delivery = package.get("deliveryInformation")
    if not isinstance(delivery, dict):
        return []
    files = []
    for kind, name, field in _PLACES:
        place = delivery.get(name)
        if isinstance(place, dict):
            files.append((kind, place.get(field)))
    return _proofs(number, delivery.get("receivedBy"), files)


def of_push(document):
    """Return the photo of a pushed message, as `proofs_of`.

    :param dict document: The message.
    :rtype: list[dict]
    """
    photo = document.get("deliveryPhoto")
    if isinstance(photo, dict):
        photo = photo.get("photo")
    number = reading.text(document.get("trackingNumber"))
    return _proofs(number, document.get("receivedBy"), [("photo", photo)])


def documents(proofs):
    """Return files as an event states them.

    :param list[dict] proofs: As `proofs_of` gives them.
    :rtype: tuple[dict]
    """
    return tuple({"type": proof["kind"], "name": proof["name"]} for proof in proofs)


def _proofs(number, signer, files):
    return [
        {
            "tracking_number": number,
            "kind": kind,
            "content": content,
            "name": f"{number}-{kind}.{embedded.extension(content)}",
            "signer": reading.signer(signer),
        }
        for kind, text in files
        if (content := embedded.file_of(text))
    ]


def _objects(parent, name):
    items = parent.get(name) if isinstance(parent, dict) else None
    items = items if isinstance(items, list) else ()
    return [item for item in items if isinstance(item, dict)]
