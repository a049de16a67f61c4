from odoo import models


class LogisticsBenchFloor(models.AbstractModel):
    _name = "logistics.bench.floor"
    _description = "Benchmark Floor"

    def init(self):
        """Make a table like that of the messages: columns, indexes, references."""
        self.env.cr.execute(
            """
            CREATE TABLE IF NOT EXISTS logistics_bench_floor (
                LIKE logistics_message INCLUDING ALL,
                FOREIGN KEY (connection_id) REFERENCES logistics_connection (id),
                FOREIGN KEY (company_id) REFERENCES res_company (id)
            )
            """
        )
