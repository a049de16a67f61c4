{
    "name": "Logistics Test Provider",
    "summary": "A payment provider on the loopback; tests only",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Logistics Events Contributors",
    "license": "LGPL-3",
    "depends": ["logistics_returns", "payment_demo"],
}
