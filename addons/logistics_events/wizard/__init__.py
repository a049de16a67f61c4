from . import logistics_proof_record
