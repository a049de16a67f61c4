-- A copy of production must not be able to speak to anybody.
DELETE FROM logistics_connection_secret;
UPDATE logistics_connection_credential SET token = NULL;
UPDATE logistics_connection
   SET credential_token = NULL, login_token = NULL, webhook_token_hash = NULL, webhook_token_sealed = NULL,
       active = false, keep_subscribed = false;
-- Nor may it end what production has asked for.
UPDATE logistics_subscription SET state = 'ended', renew_at = NULL;
DELETE FROM ir_config_parameter
 WHERE key = 'logistics_carrier_base.metrics_token_hash';
UPDATE logistics_parcel SET next_poll_at = NULL;
