-- Fails where this server is a standby: what it knows may be older than what its primary has answered to a revocation. A connection
-- asks once; one that a pooler lends to a transaction, in each. 57P03 is what a server says that is not ready yet.
CREATE FUNCTION hoc_on_primary() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF pg_is_in_recovery() THEN
    RAISE EXCEPTION 'this server is a standby, and the truth is asked of a primary' USING ERRCODE = 'cannot_connect_now';
  END IF;
END
$$;
--> statement-breakpoint
-- What is stored of a token moves from an older pepper to the current one; the token stays the same. No role of the application may write a
-- digest: this one moves what it is told the present digest of, for the tenant of the transaction. Whom another transaction holds is passed over.
CREATE FUNCTION hoc_move_key_digests(ids text[], from_digests text[], from_peppers text[], to_digests text[], to_peppers text[]) RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH moved AS (
    SELECT * FROM unnest(ids, from_digests, from_peppers, to_digests, to_peppers) AS m (id, from_digest, from_pepper, to_digest, to_pepper)
  ), free AS MATERIALIZED (
    SELECT k.id FROM api_keys AS k WHERE k.tenant_id = current_setting('hoc.tenant', true) AND k.id = ANY(ids) AND k.status <> 'REVOKED'
    ORDER BY k.id FOR UPDATE SKIP LOCKED
  )
  UPDATE api_keys AS k SET digest = moved.to_digest, pepper_id = moved.to_pepper
  FROM moved JOIN free ON free.id = moved.id
  WHERE k.tenant_id = current_setting('hoc.tenant', true) AND k.id = moved.id AND k.digest = moved.from_digest AND k.pepper_id = moved.from_pepper
  RETURNING k.id
$$;
--> statement-breakpoint
CREATE FUNCTION hoc_move_token_digests(ids text[], from_digests text[], from_peppers text[], to_digests text[], to_peppers text[]) RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH moved AS (
    SELECT * FROM unnest(ids, from_digests, from_peppers, to_digests, to_peppers) AS m (id, from_digest, from_pepper, to_digest, to_pepper)
  ), free AS MATERIALIZED (
    SELECT t.id FROM access_tokens AS t WHERE t.id = ANY(ids) AND t.revoked_at IS NULL ORDER BY t.id FOR UPDATE SKIP LOCKED
  )
  UPDATE access_tokens AS t SET digest = moved.to_digest, pepper_id = moved.to_pepper
  FROM moved JOIN free ON free.id = moved.id
  WHERE current_setting('hoc.tenant', true) = 'platform' AND t.id = moved.id AND t.digest = moved.from_digest AND t.pepper_id = moved.from_pepper
  RETURNING t.id
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION hoc_move_key_digests(text[], text[], text[], text[], text[]), hoc_move_token_digests(text[], text[], text[], text[], text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION hoc_move_key_digests(text[], text[], text[], text[], text[]), hoc_move_token_digests(text[], text[], text[], text[], text[]) TO hoc_app;
--> statement-breakpoint
-- How many tokens in use are stored under each pepper, over all tenants: numbers, and no row of anybody. Expiry and revocation are
-- final, so what has ended needs no pepper any more.
CREATE FUNCTION hoc_pepper_census(at timestamptz) RETURNS TABLE (pepper_id text, keys bigint, tokens bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT counted.pepper_id, sum(counted.keys)::bigint, sum(counted.tokens)::bigint FROM (
    SELECT k.pepper_id, count(*) AS keys, 0 AS tokens FROM api_keys AS k
      WHERE k.status <> 'REVOKED' AND (k.expires_at IS NULL OR k.expires_at > at) GROUP BY k.pepper_id
    UNION ALL
    SELECT t.pepper_id, 0, count(*) FROM access_tokens AS t WHERE t.revoked_at IS NULL GROUP BY t.pepper_id
  ) AS counted GROUP BY counted.pepper_id ORDER BY counted.pepper_id
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION hoc_pepper_census(timestamptz) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION hoc_pepper_census(timestamptz) TO hoc_app;
