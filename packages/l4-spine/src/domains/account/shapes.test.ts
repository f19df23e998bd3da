import { expect, test } from 'vitest';
import { accessTokenRow, NOW, projectRow, tenantRow } from '../../../test/fixtures/rows.ts';
import { accessTokenShape, organizationShape, projectShape, showAccessToken, showOrganization, showProject, showTenant, tenantShape } from './shapes.ts';

const actor = { plane: 'fdr', id: 'tok_9', name: 'root' } as const;

test('what is shown survives JSON as it is, and is what the contract has', () => {
  const shown = [
    [organizationShape, showOrganization({ id: 'org_1', name: 'Acme', createdAt: NOW })],
    [tenantShape, showTenant(tenantRow())],
    [projectShape, showProject(projectRow())],
    [accessTokenShape, showAccessToken(accessTokenRow({ revokedAt: NOW, revokedBy: actor }))],
  ] as const;
  for (const [shape, value] of shown) expect(shape.parse(JSON.parse(JSON.stringify(value)))).toEqual(value);
});

test('a tenant is shown without its quotas, and a token without its digest', () => {
  expect(Object.keys(showTenant(tenantRow()))).not.toContain('quotas');
  expect(JSON.stringify(showAccessToken(accessTokenRow()))).not.toContain('digest');
});
