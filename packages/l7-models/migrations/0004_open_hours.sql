-- A key that is used counts its hour where its last use stands, so that a flush writes one row for it. Null: no hour is open, which is so of
-- all rows that stand, and of those that a server of the version before makes. It writes usage_hours itself, and both are added up.
ALTER TABLE key_activity
  ADD COLUMN hour timestamptz,
  ADD COLUMN hour_count bigint,
  ADD CONSTRAINT key_activity_open_hour CHECK ((hour IS NULL) = (hour_count IS NULL));
--> statement-breakpoint
-- What a tenant reads. Only open hours are in it: whoever asks for a key cannot be sent here, and to make it looks at no row for long.
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
-- As before; and of each tenant, by the index of open hours, those are closed that are not kept any more. One that is just being counted is
-- closed there, or at the next look: nobody is waited for with a lock, and none is held on the table of usage yet.
CREATE OR REPLACE FUNCTION hoc_keep_usage(keep integer, ahead integer, OUT made text[], OUT dropped text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '3s' SET enable_seqscan = 'off' AS $$
DECLARE
  present CONSTANT timestamp := date_trunc('month', to_timestamp(hoc_meter_clock() / 1000) AT TIME ZONE 'UTC');
  oldest CONSTANT timestamp := present - (keep - 1) * interval '1 month';
  month timestamp;
  partition text;
BEGIN
  IF keep < 1 OR ahead NOT BETWEEN 0 AND 120 THEN
    RAISE EXCEPTION 'of usage, one month at least is kept, and ten years at most are made ahead' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  UPDATE key_activity AS a SET hour = NULL, hour_count = NULL
  FROM tenants AS t CROSS JOIN LATERAL (
    SELECT o.ctid AS place FROM key_activity AS o WHERE o.tenant_id = t.tenant_id AND o.hour < oldest::timestamptz FOR UPDATE SKIP LOCKED
  ) AS o WHERE a.ctid = o.place;
  made := '{}';
  FOR number IN 0 .. ahead LOOP
    month := present + number * interval '1 month';
    partition := 'usage_hours_' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass(format('public.%I', partition)) IS NOT NULL;
    -- What lies in the default partition goes to its month. Whoever writes meanwhile waits before choosing a partition, not after.
    LOCK TABLE usage_hours IN SHARE ROW EXCLUSIVE MODE;
    EXECUTE format('CREATE TABLE %I (LIKE usage_hours INCLUDING ALL) WITH (fillfactor = 70)', partition);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('WITH moved AS (DELETE FROM usage_hours_rest WHERE hour >= %1$L AND hour < %2$L RETURNING *) INSERT INTO %3$I SELECT * FROM moved',
      month::timestamptz, (month + interval '1 month')::timestamptz, partition);
    EXECUTE format('ALTER TABLE usage_hours ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, month::timestamptz, (month + interval '1 month')::timestamptz);
    made := made || partition;
  END LOOP;
  dropped := '{}';
  FOR partition IN
    SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'usage_hours'::regclass AND c.relname ~ '^usage_hours_\d{4}_\d{2}$'
      AND c.relname COLLATE "C" < 'usage_hours_' || to_char(oldest, 'YYYY_MM')
    ORDER BY c.relname
  LOOP
    EXECUTE format('DROP TABLE %I', partition);
    dropped := dropped || partition;
  END LOOP;
  DELETE FROM usage_hours_rest WHERE hour < oldest::timestamptz;
END
$$;
