from . import test_audit
from . import test_charge_types
from . import test_duplicates
from . import test_evidence
from . import test_limits
from . import test_matching
from . import test_matching_properties
from . import test_tolerance
