-- A key that is used counts its hour where its last use stands, so that a flush writes one row for it. Null: no hour is open, which is so of
-- all rows that stand, and of those that a server of the version before makes. It writes usage_hours itself, and both are added up.
ALTER TABLE key_activity
  ADD COLUMN hour timestamptz,
  ADD COLUMN hour_count bigint,
  ADD CONSTRAINT key_activity_open_hour CHECK ((hour IS NULL) = (hour_count IS NULL));
--> statement-breakpoint
-- What a tenant reads. Only open hours are in it: whoever asks for a key cannot be sent here, and there are none yet to be sorted into it.
CREATE INDEX key_activity_by_hour ON key_activity (tenant_id, hour) WHERE hour IS NOT NULL;
--> statement-breakpoint
GRANT UPDATE (hour, hour_count) ON key_activity TO hoc_app;
--> statement-breakpoint
-- Counts verifications, all of them or none. packages/l6-drivers/src/usage/usage-flush.ts writes the arguments.
--
-- Of each key with VALID verifications, once: when it was used last, in ms since 1970, the network that this came from (null: none was named),
--     how many verifications there were, the newest of their hours, and how many of them were in that hour.
-- o_: all other counts, older hours and other verdicts.
--
-- A key's newest hour is open: its VALID count stands in key_activity. When a newer one begins, it closes, and its count moves to
-- usage_hours, where all other counts are. An older hour than the open one goes there as well.
--
-- INVARIANTS. Rows of key_activity are locked before those of usage_hours, each in the order of their names: no two callers wait for each
-- other. What moves is read once its row is locked, and moves in one transaction: for whoever asks for both at once, a count is in one place.
CREATE FUNCTION hoc_count_usage(
  tenants text[], keys text[], last_uses bigint[], addresses text[], verified bigint[], hours timestamptz[], counts bigint[],
  o_tenants text[], o_keys text[], o_hours timestamptz[], o_verdicts text[], o_counts bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  written integer;
BEGIN
  IF cardinality(keys) > 0 THEN
    INSERT INTO key_activity AS a (tenant_id, key_id, last_used_at, last_address, verifications, hour, hour_count)
    SELECT u.tenant, u.key, timestamptz 'epoch' + u.used * interval '1 millisecond', u.address, u.verified, u.hour, u.count
    FROM unnest(tenants, keys, last_uses, addresses, verified, hours, counts) AS u (tenant, key, used, address, verified, hour, count)
    ORDER BY u.tenant COLLATE "C", u.key COLLATE "C"
    ON CONFLICT (tenant_id, key_id) DO UPDATE SET
      last_used_at = greatest(a.last_used_at, excluded.last_used_at),
      last_address = CASE WHEN excluded.last_used_at >= a.last_used_at THEN coalesce(excluded.last_address, a.last_address)
        ELSE coalesce(a.last_address, excluded.last_address) END,
      verifications = a.verifications + excluded.verifications,
      hour_count = a.hour_count + excluded.hour_count
    WHERE a.hour = excluded.hour;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written < cardinality(keys) THEN
      -- Where another hour is open, or none, the row was not written, but it is locked, and this statement sees what it says now.
      WITH missed AS MATERIALIZED (
        SELECT u.tenant, u.key, timestamptz 'epoch' + u.used * interval '1 millisecond' AS used, u.address, u.verified, u.hour, u.count,
          a.ctid AS place, a.hour AS open_hour, a.hour_count AS open_count
        FROM unnest(tenants, keys, last_uses, addresses, verified, hours, counts) AS u (tenant, key, used, address, verified, hour, count)
        JOIN key_activity AS a ON a.tenant_id = u.tenant AND a.key_id = u.key
        WHERE a.hour IS DISTINCT FROM u.hour
      ), opened AS (
        UPDATE key_activity AS a SET
          last_used_at = greatest(a.last_used_at, m.used),
          last_address = CASE WHEN m.used >= a.last_used_at THEN coalesce(m.address, a.last_address) ELSE coalesce(a.last_address, m.address) END,
          verifications = a.verifications + m.verified,
          hour = greatest(m.open_hour, m.hour),
          hour_count = CASE WHEN m.open_hour > m.hour THEN m.open_count ELSE m.count END
        FROM missed AS m WHERE a.ctid = m.place
      )
      SELECT o_tenants || array_agg(m.tenant), o_keys || array_agg(m.key), o_hours || array_agg(least(m.open_hour, m.hour)), o_verdicts || array_agg('VALID'::text),
        o_counts || array_agg(CASE WHEN m.open_hour > m.hour THEN m.count ELSE m.open_count END)
      INTO o_tenants, o_keys, o_hours, o_verdicts, o_counts
      FROM missed AS m WHERE m.open_hour IS NOT NULL;
    END IF;
  END IF;
  IF cardinality(o_keys) > 0 THEN
    INSERT INTO usage_hours AS h (tenant_id, key_id, hour, verdict, count)
    SELECT o.tenant, o.key, o.hour, o.verdict, sum(o.count) FROM (
      SELECT o.tenant COLLATE "C" AS tenant, o.key COLLATE "C" AS key, o.hour, o.verdict COLLATE "C" AS verdict, o.count
      FROM unnest(o_tenants, o_keys, o_hours, o_verdicts, o_counts) AS o (tenant, key, hour, verdict, count)
    ) AS o GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (tenant_id, key_id, hour, verdict) DO UPDATE SET count = h.count + excluded.count;
  END IF;
END
$$;
--> statement-breakpoint
-- Closes open hours that are not kept any more, a few at a time, so that nobody waits long for a key: of the tenants that have any, among the `most`
-- keys that follow a place. Passes over those that are just being counted: they are closed by it, or at the next look. Answers how many it has closed and
-- the place where it stopped, whose key is empty at the end of a tenant; null: it was the end.
CREATE FUNCTION hoc_close_hours(keep integer, after_tenant text, after_key text, most integer, OUT closed integer, OUT last_tenant text, OUT last_key text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET enable_seqscan = 'off' AS $$
DECLARE
  oldest CONSTANT timestamptz := (date_trunc('month', to_timestamp(hoc_meter_clock() / 1000) AT TIME ZONE 'UTC') - (keep - 1) * interval '1 month')::timestamptz;
  upto text;
  found_keys integer;
BEGIN
  IF keep < 1 OR most < 1 THEN
    RAISE EXCEPTION 'of usage, one month at least is kept, and one key at least is looked at' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  closed := 0;
  last_tenant := after_tenant;
  last_key := after_key;
  IF last_key = '' THEN
    last_tenant := (
      SELECT t.tenant_id FROM tenants AS t
      WHERE t.tenant_id > after_tenant AND EXISTS (SELECT FROM key_activity AS o WHERE o.tenant_id = t.tenant_id AND o.hour < oldest)
      ORDER BY t.tenant_id LIMIT 1
    );
    IF last_tenant IS NULL THEN
      RETURN;
    END IF;
  END IF;
  SELECT max(o.key_id), count(*) INTO upto, found_keys FROM (
    SELECT k.key_id FROM key_activity AS k WHERE k.tenant_id = last_tenant AND k.key_id > last_key ORDER BY k.key_id LIMIT most
  ) AS o;
  WITH past AS MATERIALIZED (
    -- By their keys: by their hours, all that are past would be looked through for each few. So the index of hours is kept out of it.
    SELECT o.ctid AS place FROM key_activity AS o
    WHERE o.tenant_id = last_tenant AND o.key_id > last_key AND o.key_id <= upto AND o.hour + interval '0' < oldest
    ORDER BY o.key_id FOR UPDATE SKIP LOCKED
  )
  UPDATE key_activity AS a SET hour = NULL, hour_count = NULL FROM past WHERE a.ctid = past.place;
  GET DIAGNOSTICS closed = ROW_COUNT;
  last_key := CASE WHEN found_keys < most THEN '' ELSE upto END;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION hoc_close_hours(integer, text, text, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION hoc_close_hours(integer, text, text, integer) TO hoc_app;
