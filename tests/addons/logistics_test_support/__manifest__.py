{
    "name": "Logistics Test Support",
    "summary": "Lets browser tours run on a distribution package of Odoo; tests only",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Logistics Events Contributors",
    "license": "LGPL-3",
    "depends": ["mail"],
    "assets": {
        "web.assets_backend": [
            # Distribution packages leave this file out, and the failed request for it
            # is a console error on every page, which fails a tour.
            (
                "remove",
                "mail/static/lib/selfie_segmentation/selfie_segmentation.js",
            ),
        ],
    },
}
