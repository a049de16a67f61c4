from . import test_adapter
from . import test_client
from . import test_labels
from . import test_mapper
