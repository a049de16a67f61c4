{
    "name": "Logistics Returns Freight",
    "summary": "The freight of goods that come back, accrued and audited as a return",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_returns", "logistics_freight_accrual"],
    "demo": ["demo/logistics_return_demo.xml"],
    "auto_install": True,
}
