import type { TenantStatus } from './stage.ts';

export type KeyKind = 'SERVICE' | 'MANAGEMENT';

export interface WorldKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly status: 'ACTIVE' | 'FROZEN' | 'REVOKED';
  readonly expiry: 'NONE' | 'PAST' | 'FUTURE';
  /** Which project it belongs to; null: none. */
  readonly project: string | null;
  /** Whether it counts towards the plan: the old key of a rotation does not. */
  readonly counted: boolean;
}

export interface WorldProject {
  readonly id: string;
  readonly status: 'ACTIVE' | 'ARCHIVED';
}

/** All that the state rules know of a tenant. */
export interface World {
  readonly status: TenantStatus;
  readonly projects: readonly WorldProject[];
  readonly keys: readonly WorldKey[];
}

/** The plan of these worlds: small, so that they meet it. */
export const TINY_PLAN = { name: 'TINY', SERVICE: 2, MANAGEMENT: 3, projects: 3 } as const;

const isLive = ({ status, expiry }: WorldKey): boolean => status !== 'REVOKED' && expiry !== 'PAST';
const counting = ({ keys }: World, kind: KeyKind): number => keys.filter((key) => key.kind === kind && key.counted && isLive(key)).length;
const statusOf = ({ projects }: World, id: string | null): string => projects.find((project) => project.id === id)?.status ?? 'ACTIVE';

/** DOMAIN.md's rules, as the model reads them: which of them a new key, or a new project, breaks in this world. */
export const brokenByKey = (world: World, key: Pick<WorldKey, 'kind' | 'project'>): readonly string[] => [
  ...(world.status === 'ACTIVE' ? [] : ['BI-APIKEY-001']),
  ...(counting(world, key.kind) < TINY_PLAN[key.kind] ? [] : ['BI-APIKEY-002']),
  ...(statusOf(world, key.project) === 'ACTIVE' ? [] : ['BI-APIKEY-005']),
];

export const brokenByProject = (world: World): readonly string[] => [
  ...(world.status === 'ACTIVE' ? [] : ['BI-TENANT-001']),
  ...(world.projects.filter(({ status }) => status === 'ACTIVE').length < TINY_PLAN.projects ? [] : ['BI-TENANT-006']),
];

/** What a scan for each state rule finds in this world: the ids of rows; for the plan, the kinds of which there are too many. */
export const foundIn = (world: World): Readonly<Record<string, readonly string[]>> => ({
  'BI-TENANT-001': world.status === 'ACTIVE' ? [] : world.projects.filter(({ status }) => status === 'ACTIVE').map(({ id }) => id),
  'BI-TENANT-005': world.status === 'TERMINATED' || world.status === 'ARCHIVED' ? world.keys.filter(isLive).map(({ id }) => id) : [],
  'BI-APIKEY-001': world.status === 'ACTIVE' ? [] : world.keys.filter(isLive).map(({ id }) => id),
  'BI-APIKEY-002': (['SERVICE', 'MANAGEMENT'] as const).filter((kind) => counting(world, kind) > TINY_PLAN[kind]),
  'BI-APIKEY-005': world.keys.filter((key) => isLive(key) && statusOf(world, key.project) === 'ARCHIVED').map(({ id }) => id),
});
