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
-- What is stored of a token moves from an older pepper to the current one; the token stays the same.
GRANT UPDATE (digest, pepper_id) ON api_keys TO hoc_app;
--> statement-breakpoint
GRANT UPDATE (digest, pepper_id) ON access_tokens TO hoc_app;
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
