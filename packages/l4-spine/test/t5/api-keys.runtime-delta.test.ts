import { BACKENDS } from '@hoc/testbed/databases';
import { describe } from 'vitest';
import { apiKeyNegatives, apiKeyPositives } from './api-keys.cases.ts';
import { apiKeyFacts } from './api-keys.faults.ts';
import { keyRaces } from './api-keys.races.ts';
import { apiKeyWrites } from './api-keys.writes.ts';
import { staysAtHome, takesNoFacts } from './bypass.ts';
import { chainsHold, countersHold } from './chains.ts';
import { checksFailClosed, failClosed } from './faults.ts';
import { keyLifecycleRaces } from './key-lifecycle.races.ts';
import { metersHold } from './meters.outcomes.ts';
import { areGoverned } from './modes.ts';
import { neighboursAreFree } from './neighbours.ts';
import { allows, refuses } from './proof.ts';
import { failsWithEachStatement } from './refused-at-commit.ts';
import { keyAnswers, showTokensOnce } from './replays.ts';
import { scansAgree } from './scan-differential.ts';
import { apiKeyBadRows, scansFind } from './scans.ts';
import { createKey, useStage } from './stage.ts';

describe.each(BACKENDS)('API keys on %s', (backend) => {
  const stage = useStage(backend);
  areGoverned(stage, 'BI-APIKEY-001', createKey);
  allows(stage, apiKeyPositives);
  refuses(stage, apiKeyNegatives);
  neighboursAreFree(stage);
  metersHold(stage);
  takesNoFacts(stage, 'api_keys.write', apiKeyWrites);
  staysAtHome(stage, ['api_keys.write', 'api_keys.query', 'audit.query']);
  failClosed(stage, backend, apiKeyFacts);
  checksFailClosed(stage, apiKeyFacts);
  failsWithEachStatement(stage);
  showTokensOnce(stage, keyAnswers);
  scansFind(stage, apiKeyBadRows);
  scansAgree(stage, backend);
  chainsHold(stage);
});

describe('races of API keys, on PostgreSQL', () => {
  const stage = useStage('postgres');
  keyRaces(stage);
  keyLifecycleRaces(stage);
  countersHold(stage);
  chainsHold(stage);
});
