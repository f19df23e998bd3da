-- What a key, an owner and a tenant may use, and what they have used. The defaults are for the rows that stand; the application says
-- every value itself.
ALTER TABLE api_keys
  ADD COLUMN rate_limits jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN has_credits boolean NOT NULL DEFAULT false,
  ADD COLUMN credit_refill jsonb,
  ADD COLUMN max_concurrent integer,
  ADD COLUMN meter_id text;
--> statement-breakpoint
UPDATE api_keys SET meter_id = id;
--> statement-breakpoint
-- The keys of a rotation draw from the meters of the first of them, those that were rotated before this as well.
WITH RECURSIVE rotations AS (
  SELECT k.tenant_id, k.id, k.rotated_from AS meter_id
  FROM api_keys AS k JOIN api_keys AS first ON first.tenant_id = k.tenant_id AND first.id = k.rotated_from WHERE first.rotated_from IS NULL
  UNION ALL
  SELECT k.tenant_id, k.id, r.meter_id FROM rotations AS r JOIN api_keys AS k ON k.tenant_id = r.tenant_id AND k.rotated_from = r.id
)
UPDATE api_keys AS k SET meter_id = r.meter_id FROM rotations AS r WHERE k.tenant_id = r.tenant_id AND k.id = r.id;
--> statement-breakpoint
ALTER TABLE api_keys
  ALTER COLUMN rate_limits DROP DEFAULT,
  ALTER COLUMN has_credits DROP DEFAULT,
  ALTER COLUMN meter_id SET NOT NULL,
  ADD CONSTRAINT api_keys_max_concurrent CHECK (max_concurrent BETWEEN 1 AND 1000000);
--> statement-breakpoint
ALTER TABLE tenants
  ADD COLUMN rate_limits jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN owner_rate_limits jsonb NOT NULL DEFAULT '[]';
--> statement-breakpoint
ALTER TABLE tenants
  ALTER COLUMN rate_limits DROP DEFAULT,
  ALTER COLUMN owner_rate_limits DROP DEFAULT;
--> statement-breakpoint
-- Meters. Compared byte by byte: their rows are locked in the order of their names, by many sessions at once. No foreign keys where
-- takings make rows: the check would lock the tenant after the meters, against the lock order. Half-full pages, for they are written
-- again and again; arrays stay in the row.
CREATE TABLE rate_windows (
  tenant_id text COLLATE "C" NOT NULL,
  meter text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  expires bigint[] NOT NULL,
  sums bigint[] NOT NULL,
  CONSTRAINT rate_windows_pk PRIMARY KEY (tenant_id, meter)
) WITH (fillfactor = 50);
--> statement-breakpoint
-- Apart from the table's own statement: that takes it from PostgreSQL 16 on.
ALTER TABLE rate_windows ALTER COLUMN expires SET STORAGE PLAIN, ALTER COLUMN sums SET STORAGE PLAIN;
--> statement-breakpoint
CREATE TABLE key_credits (
  tenant_id text COLLATE "C" NOT NULL,
  meter_id text COLLATE "C" NOT NULL,
  remaining bigint NOT NULL,
  period text NOT NULL,
  CONSTRAINT key_credits_pk PRIMARY KEY (tenant_id, meter_id),
  CONSTRAINT key_credits_remaining CHECK (remaining >= 0),
  CONSTRAINT key_credits_of FOREIGN KEY (tenant_id, meter_id) REFERENCES api_keys (tenant_id, id) ON DELETE RESTRICT
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE key_slots (
  tenant_id text COLLATE "C" NOT NULL,
  meter_id text COLLATE "C" NOT NULL,
  held integer NOT NULL,
  at bigint NOT NULL,
  CONSTRAINT key_slots_pk PRIMARY KEY (tenant_id, meter_id),
  CONSTRAINT key_slots_held CHECK (held >= 0)
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE key_leases (
  tenant_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  meter_id text COLLATE "C" NOT NULL,
  key_id text NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT key_leases_pk PRIMARY KEY (tenant_id, id)
);
--> statement-breakpoint
-- It does not begin as the primary key does: for a statement that can use both, the planner may choose either, by statistics of a table
-- that was empty.
CREATE INDEX key_leases_by_expiry ON key_leases (meter_id, expires_at);
--> statement-breakpoint
-- Usage. What no month has a partition for lies in the default one, until its month is made.
CREATE TABLE usage_hours (
  tenant_id text COLLATE "C" NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  hour timestamptz NOT NULL,
  verdict text COLLATE "C" NOT NULL,
  count bigint NOT NULL,
  CONSTRAINT usage_hours_pk PRIMARY KEY (tenant_id, key_id, hour, verdict),
  CONSTRAINT usage_hours_verdict CHECK (verdict IN (
    'REVOKED', 'EXPIRED', 'FROZEN', 'TENANT_NOT_ACTIVE', 'PROJECT_NOT_ACTIVE', 'FORBIDDEN_ADDRESS', 'FORBIDDEN_RESOURCE',
    'INSUFFICIENT_PERMISSIONS', 'RATE_LIMITED', 'CREDITS_EXHAUSTED', 'CONCURRENCY_EXCEEDED', 'VALID'
  ))
) PARTITION BY RANGE (hour);
--> statement-breakpoint
CREATE INDEX usage_hours_by_hour ON usage_hours (tenant_id, hour);
--> statement-breakpoint
CREATE TABLE usage_hours_rest PARTITION OF usage_hours DEFAULT WITH (fillfactor = 70);
--> statement-breakpoint
CREATE TABLE key_activity (
  tenant_id text COLLATE "C" NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  last_used_at timestamptz NOT NULL,
  last_address text,
  verifications bigint NOT NULL,
  CONSTRAINT key_activity_pk PRIMARY KEY (tenant_id, key_id)
) WITH (fillfactor = 70);
--> statement-breakpoint
-- Grants. A lease is the one thing that the application deletes: it has ended.
GRANT UPDATE (rate_limits, has_credits, credit_refill, max_concurrent) ON api_keys TO hoc_app;
--> statement-breakpoint
GRANT UPDATE (rate_limits, owner_rate_limits) ON tenants TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (at, expires, sums) ON rate_windows TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (remaining, period) ON key_credits TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (held, at) ON key_slots TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (expires_at), DELETE ON key_leases TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (count) ON usage_hours TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (last_used_at, last_address, verifications) ON key_activity TO hoc_app;
--> statement-breakpoint
ALTER TABLE rate_windows ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE key_credits ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE key_slots ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE key_leases ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE usage_hours ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE usage_hours_rest ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE key_activity ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
-- A tenant sees its own. Verification takes from meters of all tenants in one statement, and counts usage in one, in sessions that see
-- nothing else; they come first, for they are the ones who look at many rows.
CREATE POLICY rate_windows_own ON rate_windows FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true))
  WITH CHECK (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY key_credits_own ON key_credits FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true))
  WITH CHECK (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY key_slots_own ON key_slots FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true))
  WITH CHECK (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY key_leases_own ON key_leases FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true))
  WITH CHECK (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY usage_hours_own ON usage_hours FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true))
  WITH CHECK (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY key_activity_own ON key_activity FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true))
  WITH CHECK (current_setting('hoc.meter', true) = 'on' OR tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
-- The clock of meters, in milliseconds since 1970.
CREATE FUNCTION hoc_meter_clock() RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint
$$;
--> statement-breakpoint
-- Takes from meters, verification after verification in the order of the batch, each from all of its meters or from none.
-- docs/METERS.md says what it decides; packages/l6-drivers/src/metering/take.ts writes the arguments and reads the answer.
--
-- w_: rate windows, each once, in the order of tenants and names. A taking counts from the beginning of its tick of w_ticks ms for
--     w_spans ms; both are the window where it is fixed.
-- c_: credits, in that order too, with what they are refilled to at the first use in a new step, day or month (null: never). The keys of
--     a rotation share credits, and each may have a refill of its own: such credits stand side by side, once for each refill.
-- s_: what leases are taken of, each once, in that order too.
-- Of verification v: its demands end at ends[v]; the lease that it takes is l_ids[v] of the key l_keys[v], for l_ms[v].
-- Of demand d: the number of its meter (windows, credits, slots), how much may count there (0 for credits: what remains counts below
--     zero), and how much it asks for.
--
-- Answers the clock; per meter, what counted before, and when the oldest of it that counts stops to, or will be refilled (0: none does);
-- and per verification that was refused, its number, and per demand how many ms until its meter could allow it. All others are taken.
--
-- INVARIANTS. No two batches wait for each other: windows are locked before credits, credits before slots, each in the order in which
-- they are named, which is the same for all who call; whoever waits for a row that another is making is waited for by nobody who could
-- be that other. The clock is read once all locks are held: who takes later, from the same row, has the later time.
CREATE FUNCTION hoc_take(
  w_tenants text[], w_meters text[], w_ticks bigint[], w_spans bigint[],
  c_tenants text[], c_meters text[], c_amounts bigint[], c_steps text[],
  s_tenants text[], s_meters text[],
  ends integer[], l_ids text[], l_keys text[], l_ms bigint[],
  meters integer[], limits bigint[], costs bigint[]
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  w_count CONSTANT integer := cardinality(w_tenants);
  c_count CONSTANT integer := cardinality(c_tenants);
  s_count CONSTANT integer := cardinality(s_tenants);
  now_ms bigint;
  today text;
  tomorrow text;
  is_odd boolean;
  -- Where the rows are: nobody else moves what is locked. Null: there is none, which is so of credits alone.
  w_places tid[];
  c_places tid[];
  s_places tid[];
  found integer;
  -- Per meter: what counts against its limit now, what did before this batch, and when the oldest of that stops to.
  used bigint[] := '{}';
  before bigint[];
  firsts bigint[] := '{}';
  -- Per window: how many of its ticks have expired, and when what is taken now does.
  gone integer[];
  expiries bigint[];
  part bigint[];
  part_firsts bigint[];
  part_ats bigint[];
  -- Per slot: when the first lease ends that this batch has taken.
  slot_ends bigint[];
  -- The refusals of a batch are often the same one.
  memo_meter integer := 0;
  memo_need bigint;
  memo_ms bigint;
  refusals bigint[] := '{}';
  first integer := 1;
  is_taken boolean;
  which integer;
  twin integer;
  slot integer;
  need bigint;
  ms bigint;
  taken_ids text[] := '{}';
  taken_keys text[] := '{}';
  taken_slots integer[] := '{}';
  taken_ms bigint[] := '{}';
BEGIN
  -- Lock. Each row by a look of its own into the index, in the order in which they are named: a join could choose another.
  IF w_count > 0 THEN
    SELECT array_agg(l.place ORDER BY l.number), count(l.place) INTO w_places, found FROM (
      SELECT w.number, r.place FROM unnest(w_tenants, w_meters) WITH ORDINALITY AS w (tenant, meter, number)
      LEFT JOIN LATERAL (SELECT r.ctid AS place FROM rate_windows AS r WHERE r.tenant_id = w.tenant AND r.meter = w.meter FOR UPDATE) AS r ON true
    ) AS l;
    IF found < w_count THEN
      -- Rows are made in that order too. Others whom this one has to wait for, for they make the same, wait for nobody who holds a lock.
      INSERT INTO rate_windows (tenant_id, meter, at, expires, sums)
      SELECT w.tenant, w.meter, 0, '{}', '{0}' FROM unnest(w_tenants, w_meters, w_places) AS w (tenant, meter, place) WHERE w.place IS NULL
      ON CONFLICT DO NOTHING;
      BEGIN
        SELECT array_agg(l.place ORDER BY l.number), count(l.place) INTO w_places, found FROM (
          SELECT w.number, r.place FROM unnest(w_tenants, w_meters) WITH ORDINALITY AS w (tenant, meter, number)
          LEFT JOIN LATERAL (SELECT r.ctid AS place FROM rate_windows AS r WHERE r.tenant_id = w.tenant AND r.meter = w.meter FOR UPDATE NOWAIT) AS r ON true
        ) AS l;
      EXCEPTION WHEN lock_not_available THEN
        found := 0;
      END;
      IF found < w_count THEN
        RAISE EXCEPTION 'another has made a meter, and holds it' USING ERRCODE = 'serialization_failure';
      END IF;
    END IF;
  END IF;
  IF c_count > 0 THEN
    SELECT array_agg(l.place ORDER BY l.number) INTO c_places FROM (
      SELECT c.number, k.place FROM unnest(c_tenants, c_meters) WITH ORDINALITY AS c (tenant, meter, number)
      LEFT JOIN LATERAL (SELECT k.ctid AS place FROM key_credits AS k WHERE k.tenant_id = c.tenant AND k.meter_id = c.meter FOR UPDATE) AS k ON true
    ) AS l;
  END IF;
  IF s_count > 0 THEN
    SELECT array_agg(l.place ORDER BY l.number), count(l.place) INTO s_places, found FROM (
      SELECT s.number, k.place FROM unnest(s_tenants, s_meters) WITH ORDINALITY AS s (tenant, meter, number)
      LEFT JOIN LATERAL (SELECT k.ctid AS place FROM key_slots AS k WHERE k.tenant_id = s.tenant AND k.meter_id = s.meter FOR UPDATE) AS k ON true
    ) AS l;
    IF found < s_count THEN
      INSERT INTO key_slots (tenant_id, meter_id, held, at)
      SELECT s.tenant, s.meter, 0, 0 FROM unnest(s_tenants, s_meters, s_places) AS s (tenant, meter, place) WHERE s.place IS NULL
      ON CONFLICT DO NOTHING;
      BEGIN
        SELECT array_agg(l.place ORDER BY l.number), count(l.place) INTO s_places, found FROM (
          SELECT s.number, k.place FROM unnest(s_tenants, s_meters) WITH ORDINALITY AS s (tenant, meter, number)
          LEFT JOIN LATERAL (SELECT k.ctid AS place FROM key_slots AS k WHERE k.tenant_id = s.tenant AND k.meter_id = s.meter FOR UPDATE NOWAIT) AS k ON true
        ) AS l;
      EXCEPTION WHEN lock_not_available THEN
        found := 0;
      END;
      IF found < s_count THEN
        RAISE EXCEPTION 'another has made the slots of a key, and holds them' USING ERRCODE = 'serialization_failure';
      END IF;
    END IF;
  END IF;

  now_ms := hoc_meter_clock();

  -- Read.
  IF w_count > 0 THEN
    LOOP
      SELECT array_agg(r.sums[cardinality(r.sums)] - r.sums[r.gone + 1] ORDER BY r.number), array_agg(coalesce(r.expires[r.gone + 1], 0) ORDER BY r.number),
        array_agg(r.gone ORDER BY r.number), array_agg(r.expiry ORDER BY r.number), bool_or(r.at > now_ms OR r.sums[1] > 1000000000000000)
      INTO used, firsts, gone, expiries, is_odd
      FROM (
        SELECT w.number, r.sums, r.expires, r.at, width_bucket(now_ms, r.expires) AS gone, now_ms - now_ms % w.tick + w.span AS expiry
        FROM unnest(w_places, w_ticks, w_spans) WITH ORDINALITY AS w (place, tick, span, number) JOIN rate_windows AS r ON r.ctid = w.place
      ) AS r;
      EXIT WHEN is_odd IS NOT TRUE;
      -- The clock has stepped back: what was taken goes back with it, and keeps the time it had left; in a fixed window it counts until
      -- the end of the window that is now. Or the sums have become great.
      WITH moved AS (
        UPDATE rate_windows AS r SET at = least(r.at, now_ms),
          expires = ARRAY(
            SELECT CASE WHEN w.tick = w.span THEN least(e.expiry, now_ms - now_ms % w.tick + w.span) ELSE e.expiry - greatest(r.at - now_ms, 0) END
            FROM unnest(r.expires) WITH ORDINALITY AS e (expiry, number) ORDER BY e.number
          ),
          sums = ARRAY(SELECT e.sum - r.sums[1] FROM unnest(r.sums) WITH ORDINALITY AS e (sum, number) ORDER BY e.number)
        FROM unnest(w_places, w_ticks, w_spans) WITH ORDINALITY AS w (place, tick, span, number)
        WHERE r.ctid = w.place AND (r.at > now_ms OR r.sums[1] > 1000000000000000)
        RETURNING r.ctid AS place, w.number
      )
      SELECT array_agg(coalesce(m.place, w.place) ORDER BY w.number) INTO w_places
      FROM unnest(w_places) WITH ORDINALITY AS w (place, number) LEFT JOIN moved AS m ON m.number = w.number;
    END LOOP;
  END IF;
  IF c_count > 0 THEN
    today := to_char(to_timestamp(now_ms / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD');
    tomorrow := to_char(to_timestamp(now_ms / 1000 + 86400) AT TIME ZONE 'UTC', 'YYYY-MM-DD');
    SELECT array_agg(-CASE
        WHEN k.remaining IS NULL THEN 0
        WHEN c.step = 'month' AND left(k.period, 7) < left(today, 7) OR c.step = 'day' AND k.period < today THEN greatest(k.remaining, c.amount)
        ELSE k.remaining END ORDER BY c.number),
      array_agg(coalesce((extract(epoch FROM (date_trunc(c.step, today::timestamp) + ('1 ' || c.step)::interval) AT TIME ZONE 'UTC') * 1000)::bigint, 0) ORDER BY c.number)
    INTO part, part_firsts
    FROM unnest(c_places, c_amounts, c_steps) WITH ORDINALITY AS c (place, amount, step, number) LEFT JOIN key_credits AS k ON k.ctid = c.place;
    used := used || part;
    firsts := firsts || part_firsts;
  END IF;
  IF s_count > 0 THEN
    SELECT array_agg(k.held ORDER BY s.number), array_agg(k.at ORDER BY s.number), array_agg(0::bigint), array_agg(NULL::bigint)
    INTO part, part_ats, part_firsts, slot_ends
    FROM unnest(s_places) WITH ORDINALITY AS s (place, number) JOIN key_slots AS k ON k.ctid = s.place;
    FOR slot IN 1 .. s_count LOOP
      IF part_ats[slot] > now_ms THEN
        -- The clock has stepped back, and takes the ends of leases along.
        UPDATE key_leases AS l SET expires_at = l.expires_at - (part_ats[slot] - now_ms) * interval '1 millisecond'
        WHERE l.meter_id = s_meters[slot] AND l.tenant_id || '' = s_tenants[slot];
      END IF;
      -- By the index on meters and no other: by that on tenants it would look at all leases of a tenant.
      DELETE FROM key_leases AS l
      WHERE l.meter_id = s_meters[slot] AND l.tenant_id || '' = s_tenants[slot] AND l.expires_at <= timestamptz 'epoch' + now_ms * interval '1 millisecond';
      GET DIAGNOSTICS found = ROW_COUNT;
      part[slot] := part[slot] - found;
    END LOOP;
    used := used || part;
    firsts := firsts || part_firsts;
  END IF;
  before := used;

  -- Decide.
  FOR v IN 1 .. cardinality(ends) LOOP
    is_taken := true;
    FOR d IN first .. ends[v] LOOP
      which := meters[d];
      IF used[which] + costs[d] > limits[d] THEN
        is_taken := false;
        EXIT;
      END IF;
    END LOOP;
    IF is_taken THEN
      FOR d IN first .. ends[v] LOOP
        which := meters[d];
        used[which] := used[which] + costs[d];
        IF which > w_count + c_count THEN
          slot := which - w_count - c_count;
          slot_ends[slot] := least(slot_ends[slot], now_ms + l_ms[v]);
          taken_ids := taken_ids || l_ids[v];
          taken_keys := taken_keys || l_keys[v];
          taken_slots := taken_slots || slot;
          taken_ms := taken_ms || l_ms[v];
        ELSIF which > w_count AND costs[d] > 0 THEN
          -- Once used, the same credits are what they are by any refill: none is due any more.
          twin := which - 1;
          WHILE c_places[twin - w_count] = c_places[which - w_count] LOOP
            used[twin] := used[which];
            twin := twin - 1;
          END LOOP;
          twin := which + 1;
          WHILE c_places[twin - w_count] = c_places[which - w_count] LOOP
            used[twin] := used[which];
            twin := twin + 1;
          END LOOP;
        END IF;
      END LOOP;
    ELSE
      refusals := refusals || v::bigint;
      FOR d IN first .. ends[v] LOOP
        which := meters[d];
        ms := 0;
        -- So much of what counts must stop counting first; all of it, where the limit is less than the cost.
        need := used[which] + costs[d] - limits[d];
        IF need > 0 THEN
          IF which <= w_count THEN
            need := least(need, used[which]);
            IF need > 0 THEN
              IF which <> memo_meter OR need <> memo_need THEN
                memo_meter := which;
                memo_need := need;
                SELECT CASE WHEN need > before[which] THEN greatest(expiries[which], r.expires[cardinality(r.expires)])
                  ELSE r.expires[width_bucket(r.sums[gone[which] + 1] + need - 1, r.sums)] END - now_ms
                INTO memo_ms FROM rate_windows AS r WHERE r.ctid = w_places[which];
              END IF;
              ms := memo_ms;
            END IF;
          ELSIF which <= w_count + c_count THEN
            ms := greatest(firsts[which] - now_ms, 0);
          ELSE
            slot := which - w_count - c_count;
            SELECT least(slot_ends[slot], ceil(extract(epoch FROM min(l.expires_at)) * 1000)::bigint) - now_ms INTO ms
            FROM key_leases AS l WHERE l.meter_id = s_meters[slot] AND l.tenant_id || '' = s_tenants[slot];
          END IF;
        END IF;
        refusals := refusals || ms;
      END LOOP;
    END IF;
    first := ends[v] + 1;
  END LOOP;

  -- Write.
  IF w_count > 0 THEN
    UPDATE rate_windows AS r SET at = now_ms,
      expires = CASE WHEN r.expires[cardinality(r.expires)] >= w.expiry THEN r.expires[w.gone + 1 :] ELSE r.expires[w.gone + 1 :] || w.expiry END,
      sums = CASE WHEN r.expires[cardinality(r.expires)] >= w.expiry THEN r.sums[w.gone + 1 : cardinality(r.expires)] ELSE r.sums[w.gone + 1 :] END
        || (r.sums[cardinality(r.sums)] + w.used - w.before)
    FROM unnest(w_places, gone, expiries, used[: w_count], before[: w_count]) AS w (place, gone, expiry, used, before)
    WHERE r.ctid = w.place AND w.used > w.before;
  END IF;
  IF c_count > 0 THEN
    -- A clock that is a little behind refills nothing twice. One that was far ahead is forgotten: nobody waits longer than until the next period.
    UPDATE key_credits AS k SET remaining = -c.used, period = CASE WHEN k.period > tomorrow THEN today ELSE greatest(k.period, today) END
    FROM unnest(c_places, used[w_count + 1 : w_count + c_count], before[w_count + 1 : w_count + c_count]) AS c (place, used, before)
    WHERE k.ctid = c.place AND (c.used > c.before OR k.period > tomorrow);
  END IF;
  IF s_count > 0 THEN
    INSERT INTO key_leases (tenant_id, id, meter_id, key_id, expires_at)
    SELECT s_tenants[l.slot], l.id, s_meters[l.slot], l.key, timestamptz 'epoch' + (now_ms + l.ms) * interval '1 millisecond'
    FROM unnest(taken_ids, taken_keys, taken_slots, taken_ms) AS l (id, key, slot, ms);
    UPDATE key_slots AS k SET held = s.held, at = now_ms
    FROM unnest(s_places, used[w_count + c_count + 1 :]) AS s (place, held) WHERE k.ctid = s.place;
  END IF;
  RETURN now_ms || before || firsts || refusals;
END
$$;
--> statement-breakpoint
-- Ends leases (where ms is null) or lets them end ms from now, one after the other: when each ends, or 0 where its key does not hold it,
-- or no more. Locks as hoc_take does.
CREATE FUNCTION hoc_end_leases(tenants text[], keys text[], ids text[], ms bigint[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  now_ms bigint;
  present timestamptz;
  found_meter text;
  meters text[] := '{}';
  answer bigint[] := '{}';
BEGIN
  FOR n IN 1 .. cardinality(ids) LOOP
    SELECT l.meter_id INTO found_meter FROM key_leases AS l WHERE l.tenant_id = tenants[n] AND l.id = ids[n] AND l.key_id = keys[n];
    meters := meters || found_meter;
  END LOOP;
  PERFORM FROM (
    SELECT DISTINCT e.tenant COLLATE "C" AS tenant, e.meter COLLATE "C" AS meter FROM unnest(tenants, meters) AS e (tenant, meter) WHERE e.meter IS NOT NULL ORDER BY 1, 2
  ) AS e CROSS JOIN LATERAL (SELECT FROM key_slots AS k WHERE k.tenant_id = e.tenant AND k.meter_id = e.meter FOR UPDATE) AS k;
  now_ms := hoc_meter_clock();
  present := timestamptz 'epoch' + now_ms * interval '1 millisecond';
  FOR n IN 1 .. cardinality(ids) LOOP
    IF ms[n] IS NULL THEN
      DELETE FROM key_leases AS l WHERE l.tenant_id = tenants[n] AND l.id = ids[n] AND l.meter_id = meters[n] AND l.expires_at > present;
      IF FOUND THEN
        UPDATE key_slots AS k SET held = k.held - 1 WHERE k.tenant_id = tenants[n] AND k.meter_id = meters[n];
      END IF;
    ELSE
      UPDATE key_leases AS l SET expires_at = present + ms[n] * interval '1 millisecond'
      WHERE l.tenant_id = tenants[n] AND l.id = ids[n] AND l.meter_id = meters[n] AND l.expires_at > present;
    END IF;
    answer := answer || CASE WHEN FOUND THEN now_ms + coalesce(ms[n], 0) ELSE 0 END;
  END LOOP;
  RETURN answer;
END
$$;
--> statement-breakpoint
-- Deletes meters that nothing has counted on for a day, which says the same as if they were not there, of the `most` that follow a
-- place in the order of their names. Answers the last place, or nulls at the end. The application may not delete them itself.
CREATE FUNCTION hoc_prune_windows(after_tenant text, after_meter text, most integer, OUT last_tenant text, OUT last_meter text, OUT deleted integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  since CONSTANT bigint := hoc_meter_clock() - 86400000;
BEGIN
  SELECT l.tenant_id, l.meter INTO last_tenant, last_meter FROM (
    SELECT r.tenant_id, r.meter FROM rate_windows AS r WHERE (r.tenant_id, r.meter) > (after_tenant COLLATE "C", after_meter COLLATE "C") ORDER BY r.tenant_id, r.meter LIMIT most
  ) AS l ORDER BY l.tenant_id DESC, l.meter DESC LIMIT 1;
  DELETE FROM rate_windows AS d USING (
    SELECT r.tenant_id, r.meter FROM rate_windows AS r
    WHERE (r.tenant_id, r.meter) > (after_tenant COLLATE "C", after_meter COLLATE "C") AND (r.tenant_id, r.meter) <= (last_tenant COLLATE "C", last_meter COLLATE "C")
      AND r.at < since AND coalesce(r.expires[cardinality(r.expires)], 0) < since
    FOR UPDATE SKIP LOCKED
  ) AS o WHERE d.tenant_id = o.tenant_id AND d.meter = o.meter;
  GET DIAGNOSTICS deleted = ROW_COUNT;
END
$$;
--> statement-breakpoint
CREATE FUNCTION hoc_prune_slots(after_tenant text, after_meter text, most integer, OUT last_tenant text, OUT last_meter text, OUT deleted integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  since CONSTANT bigint := hoc_meter_clock() - 86400000;
BEGIN
  SELECT l.tenant_id, l.meter_id INTO last_tenant, last_meter FROM (
    SELECT k.tenant_id, k.meter_id FROM key_slots AS k WHERE (k.tenant_id, k.meter_id) > (after_tenant COLLATE "C", after_meter COLLATE "C") ORDER BY k.tenant_id, k.meter_id LIMIT most
  ) AS l ORDER BY l.tenant_id DESC, l.meter_id DESC LIMIT 1;
  WITH idle AS (
    SELECT k.tenant_id, k.meter_id FROM key_slots AS k
    WHERE (k.tenant_id, k.meter_id) > (after_tenant COLLATE "C", after_meter COLLATE "C") AND (k.tenant_id, k.meter_id) <= (last_tenant COLLATE "C", last_meter COLLATE "C") AND k.at < since
    FOR UPDATE SKIP LOCKED
  ), ended AS (
    -- A lease lasts an hour at most, but may be renewed.
    SELECT i.* FROM idle AS i WHERE NOT EXISTS (
      SELECT FROM key_leases AS l WHERE l.tenant_id = i.tenant_id AND l.meter_id = i.meter_id AND l.expires_at >= timestamptz 'epoch' + since * interval '1 millisecond'
    )
  ), leases AS (
    DELETE FROM key_leases AS l USING ended AS e WHERE l.tenant_id = e.tenant_id AND l.meter_id = e.meter_id
  )
  DELETE FROM key_slots AS d USING ended AS e WHERE d.tenant_id = e.tenant_id AND d.meter_id = e.meter_id;
  GET DIAGNOSTICS deleted = ROW_COUNT;
END
$$;
--> statement-breakpoint
-- Makes the months of usage from the present one to `ahead` later, and drops those before the `keep` that are kept, the present one
-- among them. The application owns no table, so it may not do that itself; it may only ask for it.
CREATE FUNCTION hoc_keep_usage(keep integer, ahead integer, OUT made text[], OUT dropped text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '3s' AS $$
DECLARE
  present CONSTANT timestamp := date_trunc('month', to_timestamp(hoc_meter_clock() / 1000) AT TIME ZONE 'UTC');
  month timestamp;
  partition text;
BEGIN
  IF keep < 1 OR ahead NOT BETWEEN 0 AND 120 THEN
    RAISE EXCEPTION 'of usage, one month at least is kept, and ten years at most are made ahead' USING ERRCODE = 'invalid_parameter_value';
  END IF;
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
      AND c.relname COLLATE "C" < 'usage_hours_' || to_char(present - (keep - 1) * interval '1 month', 'YYYY_MM')
    ORDER BY c.relname
  LOOP
    EXECUTE format('DROP TABLE %I', partition);
    dropped := dropped || partition;
  END LOOP;
  DELETE FROM usage_hours_rest WHERE hour < (present - (keep - 1) * interval '1 month')::timestamptz;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION hoc_prune_windows(text, text, integer), hoc_prune_slots(text, text, integer), hoc_keep_usage(integer, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION hoc_prune_windows(text, text, integer), hoc_prune_slots(text, text, integer), hoc_keep_usage(integer, integer) TO hoc_app;
--> statement-breakpoint
-- Who held every permission of a plane holds those that are new, as in the migration before; who was given fewer keeps what it has.
UPDATE access_tokens SET permissions = permissions || ARRAY['hoc:usage.read', 'hoc:tenants.limit']
WHERE plane = 'fdr' AND revoked_at IS NULL AND permissions @> ARRAY[
  'hoc:organizations.create', 'hoc:tenants.create', 'hoc:tenants.provision', 'hoc:tenants.read', 'hoc:tenants.suspend', 'hoc:tenants.resume',
  'hoc:tenants.terminate', 'hoc:tenants.archive', 'hoc:keys.create', 'hoc:tokens.create', 'hoc:tokens.read', 'hoc:tokens.revoke',
  'hoc:governance.read', 'hoc:governance.write', 'hoc:onboarding.read', 'hoc:onboarding.force', 'hoc:integrations.read', 'hoc:integrations.write',
  'hoc:connectors.read', 'hoc:connectors.write', 'hoc:data-keys.rewrap'
];
--> statement-breakpoint
UPDATE api_keys SET updated_at = now(), version = version + 1, permissions = permissions || ARRAY['hoc:usage.read', 'hoc:limits.write']
WHERE kind = 'MANAGEMENT' AND status <> 'REVOKED' AND permissions @> ARRAY[
  'hoc:keys.create', 'hoc:keys.read', 'hoc:keys.update', 'hoc:keys.revoke', 'hoc:keys.rotate', 'hoc:keys.freeze', 'hoc:projects.create',
  'hoc:projects.read', 'hoc:projects.archive', 'hoc:tenant.read', 'hoc:audit.read', 'hoc:onboarding.read', 'hoc:onboarding.write',
  'hoc:integrations.read', 'hoc:integrations.write', 'hoc:integrations.credentials', 'hoc:webhooks.read', 'hoc:webhooks.write'
];
