from . import test_accrual_properties
from . import test_allocation
from . import test_conversion
from . import test_expected_cost
from . import test_golden_entries
from . import test_rate_sheet
from . import test_rate_sheet_broken
from . import test_rates
