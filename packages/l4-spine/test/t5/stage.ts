import { randomUUID } from 'node:crypto';
import { CUS_PERMISSIONS } from '@hoc/l5-engines/api-keys/permissions-catalog';
import type { ProbeResult } from '@hoc/l5-engines/integrations/probe';
import type { Mode } from '@hoc/l4-spine/kernel/mode';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import type { Result } from '@hoc/l4-spine/kernel/result';
import { createComposed, expectOk, type Composed, type ComposedOptions } from '@hoc/testbed/composed';
import type { Backend } from '@hoc/testbed/databases';
import { afterAll, beforeAll } from 'vitest';
import { HandlerSpy } from './handler-spy.ts';
import { inTurn } from './substitutes.ts';

export type Registry = Composed['registry'];
export type TenantStatus = 'CREATING' | 'ACTIVE' | 'SUSPENDED' | 'TERMINATED' | 'ARCHIVED';
export const INACTIVE = ['CREATING', 'SUSPENDED', 'TERMINATED', 'ARCHIVED'] as const satisfies readonly TenantStatus[];

/** One call of `registry.execute`, not made yet. */
export interface Ask {
  readonly address: string;
  readonly method: string;
  readonly principal: Principal;
  readonly input: unknown;
  readonly tenantId?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface Answer {
  readonly result: Result<unknown>;
  readonly requestId: string;
}

/** A tenant, and who acts for it. */
export interface Cast {
  readonly id: string;
  /** As its first management key authenticated, while that was in use; of a tenant that never had one, made by hand. */
  readonly admin: Principal;
}

/** A key as `create` answers it. */
export interface MadeKey {
  readonly id: string;
  readonly token: string;
}

/** A plan that no race meets. */
export const WIDE_PLAN = 'WIDE';
const REASON = 'as the proof has it';
const SERVERS = 3;
export const SERVICE_KEY = { name: 'a key', environment: 'live', permissions: ['docs:read'] } as const;

/** What every target answers, unless a proof says otherwise. */
export const HEALTHY: ProbeResult = { performed: true, ok: true, health: 'HEALTHY', message: 'The target answered 200.' };

/** HOC on a real database, its handlers counted, and shorthands to bring a state about through the registry. */
export class Stage {
  readonly composed: Composed;
  readonly spy: HandlerSpy;
  readonly organizationId: string;
  /** The tables as their owner sees them, past HOC. One question after the other, for it is one connection. */
  readonly db: Pick<Composed['db'], 'asOwner'>;
  /**
   * Several servers on this database. A process has only so many writes of one tenant open at once, and lets the others wait before they have
   * taken a lock: writes that are to meet in the database are asked of different ones.
   */
  readonly fleet: readonly Registry[];

  private constructor(composed: Composed, spy: HandlerSpy, organizationId: string) {
    this.composed = composed;
    this.spy = spy;
    this.organizationId = organizationId;
    this.fleet = this.fleetOf({});
    let last: Promise<unknown> = Promise.resolve();
    this.db = {
      asOwner: <Row extends object>(text: string, params?: readonly unknown[]) => {
        const answer = last.then(() => composed.db.asOwner<Row>(text, params));
        last = answer.catch(() => {});
        return answer;
      },
    };
  }

  static async open(backend: Backend): Promise<Stage> {
    const spy = new HandlerSpy();
    const composed = await createComposed(backend, { substitute: spy.substitute, probe: async () => HEALTHY });
    await composed.db.asOwner(`insert into plans values ($1, 1000000, 1000000, 1000000, 1000000, null)`, [WIDE_PLAN]);
    const organization = await composed.registry.execute('account.write', {
      method: 'create_organization', principal: composed.operator, input: { name: 'Proofs' },
    });
    return new Stage(composed, spy, expectOk<{ id: string }>(organization).id);
  }

  get operator(): Principal {
    return this.composed.operator;
  }

  /** Another server on the same database, with other definitions or another clock; the same spy counts its handlers. */
  server({ substitute = (definitions) => definitions, ...options }: ComposedOptions): Registry {
    return this.composed.compose({ ...options, substitute: inTurn(substitute, this.spy.substitute) });
  }

  /** As many of those as {@link fleet} has. */
  fleetOf(options: ComposedOptions): readonly Registry[] {
    return Array.from({ length: SERVERS }, () => this.server(options));
  }

  async ask(ask: Ask, registry: Registry = this.composed.registry): Promise<Answer> {
    const requestId = randomUUID();
    const { address, ...call } = ask;
    return { result: await registry.execute(address, { ...call, requestId }), requestId };
  }

  /** The value of a call that must go well. */
  async do<Value>(ask: Ask): Promise<Value> {
    return expectOk<Value>((await this.ask(ask)).result);
  }

  byOperator(address: string, method: string, input: unknown = {}, tenantId?: string): Ask {
    return { address, method, principal: this.operator, input, tenantId };
  }

  /** A tenant that went through its life to this status. */
  async tenant({ status = 'ACTIVE', plan = 'FREE' }: { readonly status?: TenantStatus; readonly plan?: string } = {}): Promise<Cast> {
    const { id } = await this.do<{ id: string }>(
      this.byOperator('account.write', 'create_tenant', { organizationId: this.organizationId, name: 'A tenant', plan, contactEmail: 'admin@example.com' }),
    );
    if (status === 'CREATING') return { id, admin: handMade(id) };
    const { managementKey } = await this.do<{ managementKey: MadeKey }>(this.byOperator('account.write', 'provision_tenant', {}, id));
    const cast = { id, admin: await this.composed.principalOf(managementKey.token) };
    if (status === 'SUSPENDED') await this.do(suspend(this, cast));
    if (status === 'TERMINATED' || status === 'ARCHIVED') await this.do(this.byOperator('account.write', 'terminate_tenant', { reason: REASON }, id));
    if (status === 'ARCHIVED') await this.do(this.byOperator('account.write', 'archive_tenant', { reason: REASON }, id));
    return cast;
  }

  /** Writes a tenant's status past HOC: for states that its life does not lead to. */
  async plantStatus({ id }: Cast, status: TenantStatus): Promise<void> {
    await this.db.asOwner('update tenants set status = $2 where tenant_id = $1', [id, status]);
  }

  async key(tenant: Cast, input: object = {}): Promise<MadeKey> {
    const { key, token } = await this.do<{ key: { id: string }; token: string }>(createKey(tenant, input));
    return { id: key.id, token };
  }

  /** A management key of the tenant, made by an operator, and the principal that it authenticates as. */
  async manager(tenant: Cast, input: object): Promise<Principal> {
    const { token } = await this.do<MadeKey>(
      this.byOperator('api_keys.write', 'create', { name: 'a manager', environment: 'live', ...input }, tenant.id),
    );
    return this.composed.principalOf(token);
  }

  async project(tenant: Cast): Promise<string> {
    return (await this.do<{ id: string }>(createProject(tenant))).id;
  }

  /** Sets the mode of a rule as an operator does: for one tenant, or (null) for all. */
  async setMode(invariantId: string, mode: Mode, tenantId: string | null): Promise<void> {
    const answerable = mode === 'STRICT' ? {} : { owner: 'proofs', expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
    await this.do(this.byOperator('governance.write', 'set_mode', { invariantId, mode, reason: REASON, ...answerable }, tenantId ?? undefined));
  }

  /** Does the work while the rules are in a mode, and makes them STRICT again. */
  async inMode<Value>(ids: readonly string[], mode: Mode, tenantId: string | null, work: () => Promise<Value>): Promise<Value> {
    for (const id of ids) await this.setMode(id, mode, tenantId);
    try {
      return await work();
    } finally {
      for (const id of ids) await this.setMode(id, 'STRICT', tenantId);
    }
  }
}

/** Opens a stage for the suite around, and closes it after. */
export function useStage(backend: Backend): () => Stage {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await Stage.open(backend);
  });
  afterAll(() => stage?.composed.close());
  return () => {
    if (stage === undefined) throw new Error('the stage opens before the first test');
    return stage;
  };
}

/** A principal that no key stands behind: what an attacker who got past authentication, or a bug there, would have. */
export const handMade = (tenantId: string, id = 'key_nobody'): Principal => ({
  plane: 'cus', id, name: 'made by hand', tenantId, permissions: new Set(CUS_PERMISSIONS),
});

export const byAdmin = ({ admin }: Pick<Cast, 'admin'>, address: string, method: string, input: unknown = {}): Ask => ({ address, method, principal: admin, input });

export const createKey = (tenant: Pick<Cast, 'admin'>, input: object = {}): Ask => byAdmin(tenant, 'api_keys.write', 'create', { ...SERVICE_KEY, ...input });
export const rotateKey = (tenant: Cast, keyId: string, overlapSeconds = 3600): Ask => byAdmin(tenant, 'api_keys.write', 'rotate', { keyId, overlapSeconds });
export const undoRotation = (tenant: Cast, keyId: string): Ask => byAdmin(tenant, 'api_keys.write', 'undo_rotation', { keyId });
export const onKey = (tenant: Cast, method: 'revoke' | 'freeze' | 'unfreeze', keyId: string): Ask =>
  byAdmin(tenant, 'api_keys.write', method, { keyId, reason: REASON });
export const createProject = (tenant: Cast): Ask => byAdmin(tenant, 'account.write', 'create_project', { name: 'a project' });
export const archiveProject = (tenant: Cast, projectId: string): Ask => byAdmin(tenant, 'account.write', 'archive_project', { projectId, reason: REASON });
export const onTenant = (stage: Stage, method: 'suspend_tenant' | 'resume_tenant' | 'terminate_tenant' | 'archive_tenant', { id }: Pick<Cast, 'id'>): Ask =>
  stage.byOperator('account.write', method, { reason: REASON }, id);
export const suspend = (stage: Stage, tenant: Cast): Ask => onTenant(stage, 'suspend_tenant', tenant);
export const resume = (stage: Stage, tenant: Cast): Ask => onTenant(stage, 'resume_tenant', tenant);
