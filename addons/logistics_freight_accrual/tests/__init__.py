from . import test_accrual_properties
from . import test_conversion
from . import test_golden_entries
