import { BACKENDS } from '@hoc/testbed/databases';
import { describe } from 'vitest';
import { staysAtHome, takesNoFacts } from './bypass.ts';
import { chainsHold, countersHold } from './chains.ts';
import { checksFailClosed, failClosed } from './faults.ts';
import { limitRaces } from './limits.races.ts';
import { limitsAreKept } from './limits.outcomes.ts';
import { areGoverned } from './modes.ts';
import { organizationRaces } from './organization.races.ts';
import { projectRaces } from './project.races.ts';
import { allows, refuses } from './proof.ts';
import { accountAnswers, showTokensOnce } from './replays.ts';
import { scansFind, tenantBadRows } from './scans.ts';
import { createProject, useStage } from './stage.ts';
import { tenantNegatives, tenantPositives } from './tenant.cases.ts';
import { tenantFacts } from './tenant.faults.ts';
import { tenantLifecycleRaces } from './tenant-lifecycle.races.ts';
import { accountWrites } from './tenant.writes.ts';
import { terminationRaces } from './termination.races.ts';

describe.each(BACKENDS)('tenants and projects on %s', (backend) => {
  const stage = useStage(backend);
  areGoverned(stage, 'BI-TENANT-001', createProject);
  allows(stage, tenantPositives);
  refuses(stage, tenantNegatives);
  limitsAreKept(stage);
  takesNoFacts(stage, 'account.write', accountWrites);
  staysAtHome(stage, ['account.write', 'account.query']);
  failClosed(stage, backend, tenantFacts);
  checksFailClosed(stage, tenantFacts);
  showTokensOnce(stage, accountAnswers);
  scansFind(stage, tenantBadRows);
  chainsHold(stage);
});

describe('races of tenants and projects, on PostgreSQL', () => {
  const stage = useStage('postgres');
  organizationRaces(stage);
  tenantLifecycleRaces(stage);
  terminationRaces(stage);
  projectRaces(stage);
  limitRaces(stage);
  countersHold(stage);
  chainsHold(stage);
});
