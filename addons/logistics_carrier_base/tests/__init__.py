from . import test_access
from . import test_booking
from . import test_canonical_adapter
from . import test_drain
from . import test_poller
from . import test_webhook
