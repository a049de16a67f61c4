{
    "name": "Logistics Freight Accrual",
    "summary": "Freight accrued when it is incurred and matched to the carrier's bill",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_carrier_base", "account", "stock_landed_costs"],
    "external_dependencies": {"python": ["openpyxl"]},
    "data": [
        "security/ir.model.access.csv",
        "security/logistics_freight_accrual_security.xml",
        "security/logistics_freight_bill_security.xml",
        "data/logistics_policy_data.xml",
        "views/logistics_freight_accrual_menus.xml",
    ],
    "post_init_hook": "post_init_hook",
}
