import { at, textAt, type Answer, type Client } from '../http/client.ts';

/** What a write is about: the state that it leaves is looked up by this after a crash. */
export type Intent =
  | { readonly what: 'CREATE_KEY' }
  | { readonly what: 'FREEZE' | 'UNFREEZE' | 'REVOKE' | 'ROTATE'; readonly key: KeyModel }
  | { readonly what: 'CREATE_PROJECT' }
  | { readonly what: 'ARCHIVE_PROJECT'; readonly project: ProjectModel }
  | { readonly what: 'SUSPEND' | 'RESUME' };

/** A key as the server shows it, as far as the checks look into it; the rest is compared whole. */
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly kind: 'SERVICE' | 'MANAGEMENT';
  readonly status: 'ACTIVE' | 'FROZEN' | 'REVOKED';
  readonly rotatedFrom: string | null;
  readonly version: number;
}

export interface ProjectView {
  readonly id: string;
  readonly name: string;
  readonly status: 'ACTIVE' | 'ARCHIVED';
}

/** What the client knows of a key: what it was shown last. The token is null where its answer was lost in a crash. */
export interface KeyModel {
  shown: KeyView;
  readonly token: string | null;
}

export interface ProjectModel {
  shown: ProjectView;
  /** A writer is ending it, or has. */
  isTaken: boolean;
}

export interface TenantModel {
  readonly id: string;
  readonly managementToken: string;
  readonly defaultProjectId: string;
  status: 'ACTIVE' | 'SUSPENDED';
  readonly keys: Map<string, KeyModel>;
  readonly projects: Map<string, ProjectModel>;
}

/** A write that was sent. Its id is its request id, its idempotency key, and the name of what it makes. */
export interface SentWrite {
  readonly id: string;
  readonly tenant: TenantModel;
  readonly intent: Intent;
  readonly path: string;
  readonly body: unknown;
  /** Null where no answer came, or one that says that nothing is known (503). */
  answer: Answer | null;
}

/** Whose token a write needs. */
export interface Speakers {
  readonly operator: Client;
  admin(tenant: TenantModel): Client;
}

/** Where and with what a write is asked for. */
export function requestOf(tenant: TenantModel, intent: Intent, id: string): { readonly path: string; readonly body: unknown } {
  const reason = `test ${id}`;
  switch (intent.what) {
    case 'CREATE_KEY':
      return { path: '/v1/api-keys', body: { name: id, environment: 'live', permissions: ['tiles:read'] } };
    case 'FREEZE':
    case 'UNFREEZE':
    case 'REVOKE':
      return { path: `/v1/api-keys/${intent.key.shown.id}/${intent.what.toLowerCase()}`, body: { reason } };
    case 'ROTATE':
      return { path: `/v1/api-keys/${intent.key.shown.id}/rotate`, body: { overlapSeconds: 0 } };
    case 'CREATE_PROJECT':
      return { path: '/v1/projects', body: { name: id } };
    case 'ARCHIVE_PROJECT':
      return { path: `/v1/projects/${intent.project.shown.id}/archive`, body: { reason } };
    case 'SUSPEND':
    case 'RESUME':
      return { path: `/fdr/v1/tenants/${tenant.id}/${intent.what.toLowerCase()}`, body: { reason } };
    default:
      return intent satisfies never;
  }
}

/** Sends a write, for the first time or again under the same idempotency key. Rejects where no answer comes. */
export function send({ tenant, intent, path, body, id }: SentWrite, speakers: Speakers): Promise<Answer> {
  const speaker = intent.what === 'SUSPEND' || intent.what === 'RESUME' ? speakers.operator : speakers.admin(tenant);
  return speaker.post(path, body, { idempotencyKey: id, requestId: id });
}

/** Takes what a good answer shows into what the client knows. Answers the key that it made, if any. */
export function learn({ tenant, intent }: SentWrite, answer: Answer): KeyModel | null {
  // The shapes are the contract's; a wrong one shows in the checks.
  switch (intent.what) {
    case 'CREATE_KEY':
      return learnKey(tenant, at(answer, 'key') as KeyView, at(answer, 'token') as string | null);
    case 'ROTATE':
      intent.key.shown = at(answer, 'previous') as KeyView;
      return learnKey(tenant, at(answer, 'key') as KeyView, at(answer, 'token') as string | null);
    case 'FREEZE':
    case 'UNFREEZE':
    case 'REVOKE':
      intent.key.shown = answer.body as KeyView;
      return null;
    case 'CREATE_PROJECT':
      tenant.projects.set(textAt(answer, 'id'), { shown: answer.body as ProjectView, isTaken: false });
      return null;
    case 'ARCHIVE_PROJECT':
      intent.project.shown = answer.body as ProjectView;
      return null;
    case 'SUSPEND':
    case 'RESUME':
      tenant.status = textAt(answer, 'status') as TenantModel['status'];
      return null;
    default:
      return intent satisfies never;
  }
}

function learnKey(tenant: TenantModel, shown: KeyView, token: string | null): KeyModel {
  const made: KeyModel = { shown, token };
  tenant.keys.set(shown.id, made);
  return made;
}

/** What a replay must answer: the first answer, but the token. */
export function replayOf(body: unknown): unknown {
  const isTold = typeof body === 'object' && body !== null && 'token' in body;
  return isTold ? { ...body, token: null, tokenShown: true } : body;
}
