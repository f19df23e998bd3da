import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import * as account from '@hoc/l7-models/account.tables';
import * as apiKeys from '@hoc/l7-models/api-keys.tables';
import { DISTRIBUTION } from '@hoc/l7-models/distribution';
import * as governance from '@hoc/l7-models/governance.tables';
import * as integrations from '@hoc/l7-models/integrations.tables';
import * as leases from '@hoc/l7-models/leases.tables';
import * as meters from '@hoc/l7-models/metering.tables';
import * as outbox from '@hoc/l7-models/outbox.tables';
import * as usage from '@hoc/l7-models/usage.tables';
import { is } from 'drizzle-orm';
import { getTableConfig, PgDialect, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const TABLES = Object.values<unknown>({ ...account, ...apiKeys, ...governance, ...integrations, ...leases, ...outbox, ...meters, ...usage }).flatMap((value) => (is(value, PgTable) ? [getTableConfig(value)] : []));
/** The migrations' own record belongs to no tenant and to no domain; a partition is its table's, and takes after it. */
const OURS = `relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace and relname <> 'hoc_migrations'`;
const KIND: Readonly<Record<string, string>> = DISTRIBUTION;

describe.each(BACKENDS)('the schema on %s', (backend) => {
  let database: TestDatabase;
  const ask = <Row extends object>(text: string): Promise<Row[]> => database.asOwner<Row>(text);

  beforeAll(async () => {
    database = await createTestDatabase(backend);
  });
  afterAll(() => database.close());

  test('the declared list names every table, and no other', async () => {
    const rows = await ask<{ name: string }>(`select relname as name from pg_class where ${OURS} order by 1`);
    expect(rows.map(({ name }) => name)).toStrictEqual(Object.keys(KIND).toSorted());
    expect(TABLES.map(({ name }) => name).toSorted()).toStrictEqual(Object.keys(KIND).toSorted());
  });

  test.each(TABLES.map(({ name }) => name))('%s: drizzle and the database agree on columns, types, nullability and primary key', async (name) => {
    const table = TABLES.find((one) => one.name === name);
    const declared = table?.columns.map((column) => ({ name: column.name, type: column.getSQLType(), required: column.notNull || column.primary }));
    const stored = await ask<{ name: string; type: string; required: boolean }>(
      `select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required from pg_attribute
       where attrelid = '${name}'::regclass and attnum > 0 and not attisdropped order by attnum`,
    );
    expect(declared).toStrictEqual(stored);
    const declaredKey = table?.primaryKeys[0]?.columns.map((column) => column.name) ?? table?.columns.filter(({ primary }) => primary).map((column) => column.name);
    const [key] = await ask<{ columns: string[] }>(
      `select array(select attname::text from unnest(conkey) with ordinality as k (num, at) join pg_attribute on attrelid = conrelid and attnum = num order by at) as columns
       from pg_constraint where contype = 'p' and conrelid = '${name}'::regclass`,
    );
    expect(declaredKey).toStrictEqual(key?.columns);
  });

  test('every closed set of values is checked by the tuple that the types are made of', async () => {
    const stored = await ask<{ name: string; text: string }>(`select conname as name, pg_get_constraintdef(oid) as text from pg_constraint where contype = 'c'`);
    const dialect = new PgDialect();
    for (const { columns, checks } of TABLES) {
      for (const { enumValues, name } of columns) {
        if (enumValues === undefined || enumValues.length === 0) continue;
        const declared = checks.find((check) => dialect.sqlToQuery(check.value).sql.startsWith(`${name} in`));
        const found = stored.find((check) => check.name === declared?.name)?.text.match(/'[^']*'/g);
        expect([declared?.name, found?.map((value) => value.slice(1, -1))]).toStrictEqual([declared?.name, [...enumValues]]);
      }
    }
  });

  test('rule 1: tenant_id is text and stands first in every key and every foreign key to a tenant table, and is never updated', async () => {
    const tenantTables = Object.keys(KIND).filter((name) => KIND[name] === 'tenant');
    const keys = await ask<{ table: string; name: string; first: string }>(
      `select indrelid::regclass::text as table, indexrelid::regclass::text as name, attname as first
       from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0] where indisunique`,
    );
    const foreign = await ask<{ table: string; to: string; name: string; first: string; toFirst: string }>(
      `select conrelid::regclass::text as table, confrelid::regclass::text as to, conname as name, a.attname as first, b.attname as "toFirst" from pg_constraint
       join pg_attribute a on a.attrelid = conrelid and a.attnum = conkey[1] join pg_attribute b on b.attrelid = confrelid and b.attnum = confkey[1] where contype = 'f'`,
    );
    const grants = await ask<{ table: string }>(
      `select relname as table from pg_class where ${OURS} and relname in (${tenantTables.map((name) => `'${name}'`).join(', ')})
       and has_column_privilege('hoc_app', oid, 'tenant_id', 'update')`,
    );
    for (const table of tenantTables) {
      const unique = keys.filter((key) => key.table === table);
      expect([table, unique.length > 0, unique.filter(({ first }) => first !== 'tenant_id')]).toStrictEqual([table, true, []]);
      expect(TABLES.find(({ name }) => name === table)?.columns.find(({ name }) => name === 'tenant_id')?.getSQLType()).toBe('text');
    }
    expect(foreign.filter(({ table, to, first, toFirst }) => KIND[table] === 'tenant' && KIND[to] === 'tenant' && (first !== 'tenant_id' || toFirst !== 'tenant_id'))).toStrictEqual([]);
    expect(grants).toStrictEqual([]);
    expect(foreign.filter(({ table, to }) => KIND[table] === 'tenant' && KIND[to] === 'tenant').length).toBeGreaterThanOrEqual(17);
  });

  test('rule 2: what must be unique everywhere lives in reference tables', async () => {
    const rows = await ask<{ table: string }>(
      `select indrelid::regclass::text as table from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
       join pg_class on pg_class.oid = indrelid where ${OURS} and indisunique and attname <> 'tenant_id'`,
    );
    expect(rows.filter(({ table }) => KIND[table] !== 'reference')).toStrictEqual([]);
    expect(rows.some(({ table }) => table === 'tenant_locators')).toBe(true);
  });

  test('rules 3 and 7: reference tables refer to no tenant table; foreign keys restrict or cascade, are not deferrable, and all constraints have names of their own', async () => {
    const rows = await ask<{ table: string; to: string | null; name: string; type: string; deletes: string; updates: string; deferrable: boolean }>(
      `select conrelid::regclass::text as table, nullif(confrelid, 0)::regclass::text as to, conname as name, contype::text as type, confdeltype::text as deletes,
         confupdtype::text as updates, condeferrable as deferrable
       from pg_constraint join pg_class on pg_class.oid = conrelid where ${OURS} and contype <> 'n'`,
    );
    expect(rows.filter(({ type, table, to }) => type === 'f' && KIND[table] === 'reference' && to !== null && KIND[to] === 'tenant')).toStrictEqual([]);
    expect(rows.filter(({ type, deletes, updates }) => type === 'f' && (!['r', 'c'].includes(deletes) || !['a', 'r', 'c'].includes(updates)))).toStrictEqual([]);
    expect(rows.filter(({ deferrable }) => deferrable)).toStrictEqual([]);
    // Names that PostgreSQL makes up end in these.
    expect(rows.filter(({ name }) => /_(pkey|key|fkey|check|excl)\d*$/.test(name))).toStrictEqual([]);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  });

  test('rule 6: the database makes no ids: no sequence, no identity, no default', async () => {
    const rows = await ask(
      `select attrelid::regclass::text, attname from pg_attribute join pg_class on pg_class.oid = attrelid
       where ${OURS} and attnum > 0 and (atthasdef or attidentity <> '')
       union all select relname, relkind::text from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace`,
    );
    expect(rows).toStrictEqual([]);
  });

  test('rule 10: no trigger of our own; row-level security stands on every tenant table', async () => {
    expect(await ask('select tgname from pg_trigger where not tgisinternal')).toStrictEqual([]);
    const rows = await ask<{ name: string }>(`select relname as name from pg_class where ${OURS} and relrowsecurity order by 1`);
    expect(rows.map(({ name }) => name)).toStrictEqual(Object.keys(KIND).filter((name) => KIND[name] === 'tenant').toSorted());
    // Past the table, a partition is nobody's: no policy lets anybody see a row, and no grant lets anybody ask.
    const partitions = await ask<{ name: string; secured: boolean; granted: boolean; policies: number }>(
      `select relname as name, relrowsecurity as secured, has_any_column_privilege('hoc_app', oid, 'select, insert, update') or has_table_privilege('hoc_app', oid, 'delete, truncate') as granted,
         (select count(*)::int from pg_policy where polrelid = pg_class.oid) as policies
       from pg_class where relispartition and relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    expect(partitions.length).toBeGreaterThan(0);
    expect(partitions.filter(({ secured, granted, policies }) => !secured || granted || policies > 0)).toStrictEqual([]);
  });
});
