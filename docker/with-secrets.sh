#!/bin/bash
# Hands the encryption key to Odoo, then goes on as the image does.
set -euo pipefail
LOGISTICS_SECRET_KEY="$(< /run/secrets/logistics_secret_key)"
export LOGISTICS_SECRET_KEY
exec /entrypoint.sh "$@"
