import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textAt } from './client.ts';
import { createWorld, type World } from './world.ts';

describe('the last operator token', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld('postgres');
  });
  afterAll(() => world.close());

  const newOperator = async (permissions?: readonly string[]): Promise<{ readonly id: string; readonly token: string }> => {
    const made = await world.operator.post('/fdr/v1/tokens', { plane: 'fdr', name: 'operator', ...(permissions === undefined ? {} : { permissions }) });
    return { id: textAt(made, 'id'), token: textAt(made, 'token') };
  };

  test('cannot be revoked: an installation keeps an operator who can make others, whatever else exists', async () => {
    const { items } = (await world.operator.get('/fdr/v1/tokens')).body as { items: { id: string; plane: string }[] }; // the document's schema
    const first = items.find(({ plane }) => plane === 'fdr')?.id;
    await newOperator(['hoc:tenants.read']);
    // It could make others, but none that may do more than this.
    await newOperator(['hoc:tokens.create', 'hoc:tokens.revoke']);
    expect(await world.operator.delete(`/fdr/v1/tokens/${first}`)).toMatchObject({ status: 409, body: { code: 'LAST_OPERATOR' } });
    const second = await newOperator();
    expect((await world.operator.delete(`/fdr/v1/tokens/${first}`)).status).toBe(204);
    expect((await world.operator.get('/fdr/v1/tokens')).status).toBe(401);
    expect((await world.as(second.token).delete(`/fdr/v1/tokens/${second.id}`)).body).toMatchObject({ code: 'LAST_OPERATOR' });
  });

  test('stays also where two operators revoke each other at the same moment', async () => {
    const fresh = await createWorld('postgres');
    try {
      const { items } = (await fresh.operator.get('/fdr/v1/tokens')).body as { items: { id: string; plane: string }[] };
      const first = items.find(({ plane }) => plane === 'fdr')?.id;
      const made = await fresh.operator.post('/fdr/v1/tokens', { plane: 'fdr', name: 'other' });
      const other = fresh.as(textAt(made, 'token'));
      const statuses = await Promise.all([
        fresh.operator.delete(`/fdr/v1/tokens/${textAt(made, 'id')}`).then(({ status }) => status),
        other.delete(`/fdr/v1/tokens/${first}`).then(({ status }) => status),
      ]);
      expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    } finally {
      await fresh.close();
    }
  });
});
