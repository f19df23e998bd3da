import { BACKENDS } from '@hoc/testbed/databases';
import { describe } from 'vitest';
import { staysAtHome, takesNoFacts } from './bypass.ts';
import { chainsHold, countersHold } from './chains.ts';
import { checksFailClosed, failClosed } from './faults.ts';
import { integrationNegatives, integrationPositives } from './integrations.cases.ts';
import { credentialsStaySealed } from './integrations.credentials.ts';
import { integrationsBehave } from './integrations.outcomes.ts';
import { integrationRaces } from './integrations.races.ts';
import { integrationsAreReadByTenant } from './integrations.reads.ts';
import { connectorTypeWrites, integrationFacts, integrationWrites } from './integrations.writes.ts';
import { createIntegration } from './integrations.steps.ts';
import { areGoverned } from './modes.ts';
import { allows, refuses } from './proof.ts';
import { integrationBadRows, scansFind } from './scans.ts';
import { useStage } from './stage.ts';

describe.each(BACKENDS)('integrations on %s', (backend) => {
  const stage = useStage(backend);
  areGoverned(stage, 'BI-INTEG-004', createIntegration);
  allows(stage, integrationPositives);
  refuses(stage, integrationNegatives);
  integrationsAreReadByTenant(stage);
  integrationsBehave(stage);
  credentialsStaySealed(stage);
  takesNoFacts(stage, 'integrations.write', integrationWrites);
  takesNoFacts(stage, 'connector_types.write', connectorTypeWrites);
  staysAtHome(stage, ['integrations.write', 'integrations.query', 'connector_types.query']);
  failClosed(stage, backend, integrationFacts);
  checksFailClosed(stage, integrationFacts);
  scansFind(stage, integrationBadRows);
  chainsHold(stage);
});

describe('races of integrations, on PostgreSQL', () => {
  const stage = useStage('postgres');
  integrationRaces(stage);
  countersHold(stage);
  chainsHold(stage);
});
