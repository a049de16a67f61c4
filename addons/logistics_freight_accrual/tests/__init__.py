from . import test_charge_types
