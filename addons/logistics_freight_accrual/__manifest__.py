{
    "name": "Logistics Freight Accrual",
    "summary": "Freight accrued when it is incurred and matched to the carrier's bill",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_events", "account"],
    "data": [
        "views/logistics_freight_accrual_menus.xml",
    ],
    "external_dependencies": {"python": ["openpyxl"]},
}
