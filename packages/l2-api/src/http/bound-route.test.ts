import { expect, test } from 'vitest';
import { FAKE_FACADES, fakeSpine } from '../../test/fake-spine.ts';
import { bindRoutes } from './bound-route.ts';
import type { Facade, Route } from './route.ts';

const facade = (plane: Facade['plane'], route: Partial<Route>): Facade => ({
  plane, prefix: '/x', routes: [{ method: 'POST', path: '/things', operation: ['things.write', 'create'], success: 201, ...route }],
});

test.each([
  ['an operation that does not exist', facade('cus', { operation: ['things.write', 'creat'] }), 'POST /x/things: there is no operation things.write creat'],
  ['an operation of another plane', facade('int', {}), 'POST /x/things: things.write create is not for the plane int'],
  ['a composition with one of another plane', facade('fdr', { composition: { operations: [['things.write', 'rename']], run: () => Promise.reject(new Error()) } }), 'things.write rename is not for the plane fdr'],
  ['a query key that the operation does not take', facade('cus', { query: ['size'] }), 'things.write create takes no size'],
  ['a path parameter that the operation does not take', facade('cus', { path: '/things/{id}', params: { id: 'size' } }), 'takes no size'],
  ['a path parameter that is nothing', facade('cus', { path: '/things/{id}' }), 'nothing is said about the path parameter id'],
  ['a tenant that a tenant admin names', facade('cus', { path: '/tenants/{id}', tenant: 'id' }), 'works on the own tenant alone'],
])('a route with %s is refused at construction', (_, wrong, message) => {
  expect(() => bindRoutes(fakeSpine(), wrong)).toThrow(message);
});

test('what a query writes as a number comes from the operation\'s own schema', () => {
  const [list] = FAKE_FACADES.flatMap((planes) => bindRoutes(fakeSpine(), planes));
  expect(list).toMatchObject({ url: '/v1/things', id: 'cusThingsList', isWrite: false });
  expect([...(list?.numericQuery ?? [])]).toEqual(['limit']);
});
