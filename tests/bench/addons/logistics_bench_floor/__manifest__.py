{
    "name": "Logistics Benchmark Floor",
    "summary": "The least a webhook can do: verify and insert one row; benchmarks only",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Logistics Events Contributors",
    "license": "LGPL-3",
    "depends": ["logistics_carrier_base"],
}
