{
    "name": "Logistics Freight Accrual",
    "summary": "Freight accrued when it is incurred and matched to the carrier's bill",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_events", "account"],
    "data": [
        "security/ir.model.access.csv",
        "security/logistics_freight_bill_security.xml",
        "views/logistics_freight_accrual_menus.xml",
    ],
    "external_dependencies": {"python": ["openpyxl"]},
}
