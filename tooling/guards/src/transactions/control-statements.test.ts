import { describe, expect, test } from 'vitest';
import { controlStatementsIn, HOLE } from './control-statements.ts';

const TENANT = { settings: ['hoc.tenant'], functions: ['hoc_set_tenant'] };
const inSql = (text: string): readonly string[] => controlStatementsIn(text, TENANT, true);
const anywhere = (text: string): readonly string[] => controlStatementsIn(text, TENANT, false);

describe('a text that stands anywhere', () => {
  test.each([
    ['BEGIN'], ['COMMIT'], ['ROLLBACK'], ['SAVEPOINT a'], ['begin isolation level serializable'], ['BEGIN;'], ['begin;'],
    ['Begin Transaction'], ['begin read only, deferrable'], ['start transaction'], ['start\n  transaction read only'], ['commit work'], ['commit and chain'],
    ['rollback to savepoint a'], ['release savepoint a'], ['/* quietly */ commit /* please */;'], ['commit; -- and on\nselect 1'], ['select 1; commit'],
    ['begin; insert into t values (1); end'], ["prepare transaction 'a'"], ["commit prepared 'a'"], ['set transaction isolation level serializable'],
    ['set local transaction read only'], ['set session characteristics as transaction read only'], ['set default_transaction_read_only = off'],
    [`begin isolation level ${HOLE}`], ['begin immediate'], ['do $$ begin commit; end $$'],
    ["select set_config('hoc.tenant', $1, true)"], ["select pg_catalog.set_config ( 'HOC.TENANT', 'a', true)"], ["select set_config('hoc.' || 'tenant', $1, true)"],
    ['select set_config($1, $2, true)'], [`select set_config(${HOLE}, 'a', true)`], ["set local hoc.tenant = 'a'"], ['SET hoc.tenant TO x'], ['select 1; set hoc."tenant" to x'],
    ['select hoc_set_tenant($1)'], ['select "hoc_set_tenant" /* */ ($1)'], ['reset hoc.tenant'],
    ['/* a /* b */ c */ commit;'], ['select 1 as "--"; commit'], [String.raw`select E'\''; commit; --'`], ["do 'begin commit; end'"], ["do language plpgsql 'begin commit; end'"],
    ["do $$ begin execute 'commit'; end $$"], ["create procedure p() language plpgsql as 'begin commit; end'"], ["create or replace function f() returns void as $f$ begin execute $x$set hoc.tenant = 'a'$x$; end $f$ language plpgsql"],
    ["alter role hoc_app set hoc.tenant = 'x'"], ["create function f() returns int set hoc.tenant = 'x' as 'select 1' language sql"], ['SET LOCAL ROLE postgres'], ['RESET ALL'], ['DISCARD ALL'],
    ["select set_config('role', 'postgres', true)"], ['set session authorization default'],
  ])('%j is control', (text) => expect(anywhere(text)).not.toEqual([]));

  test.each([
    ['begin'], ['commit'], ['rollback'], ['end'], ['END'], ['abort'], ['ABORT'], ['savepoint hoc'], ['release it'], ['RELEASE notes'], [`begin ${HOLE}`], ['Begin by reading the README.'],
    ['commit to nothing'], ['End of file'], ['Begin; then go on.'], ['start transactions at noon'], ['The transaction was aborted'], ['select 1'], ['set the table'],
    ["select set_config('search_path', 'public', true)"], ["select current_setting('hoc.tenant', true)"], ['hoc_app does hoc_set_tenant'], ["insert into t values ('; commit;')"],
    ['select 1 -- ; commit'], ['create function f() returns int language plpgsql as $$ begin return 1; end $$'], ['create trigger a after insert on t begin select 1; end'],
    ['select 1 /* ; commit; /* ; commit; */ ; commit; */'], ['select 1 as "; commit;"'], [String.raw`select E'\'; commit; --'`], ["select 'do' as a, 'begin commit; end' as b"], ["do $$ begin execute 'select 1'; end $$"],
    ["comment on function f() is 'begin commit; end'"], ["don't; it isn't"], ['set the role of it'], ["insert into log values ('set hoc.tenant = 1', 'hoc_set_tenant(1)')"], ['reset the role'], ['discard all of them'], ["alter role hoc_app set search_path = 'public'"], ['costs $1 or $$2'],
    ['select case when a then b end from t'], ['COMMITTED'], ['commit 4f2a'], ['rollback failed'], ['set time zone utc'], ["set local lock_timeout = '1s'"],
  ])('%j is none', (text) => expect(anywhere(text)).toEqual([]));
});

describe('a text where SQL is expected', () => {
  test.each([['begin'], ['  commit '], ['end'], ['End;'], ['abort'], ['savepoint a'], ['release a'], ['rollback to a'], ['set role postgres'], ['set local role postgres'], ['set role to none'], ['reset role'], ['reset session authorization'], ['reset all'], ['discard all'], [`begin ${HOLE}`], [`savepoint ${HOLE}`], ['end transaction']])('%j is control', (text) =>
    expect(inSql(text)).not.toEqual([]));

  test.each([['select 1'], ['update t set a = 1'], ["update t set state = 'end'"], ['commit to nothing'], ['truncate t'], ['discard plans'], ['reset search_path'], ['set roles = 1']])('%j is none', (text) => expect(inSql(text)).toEqual([]));
});
