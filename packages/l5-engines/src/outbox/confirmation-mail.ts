import type { Secret } from '../secret.ts';

/** What the event of a requested confirmation holds; the token is sealed, for this tenant and this confirmation alone. */
export interface ConfirmationRequested {
  readonly confirmationId: string;
  readonly address: string;
  readonly expiresAt: string;
  readonly dataKeyId: string;
  readonly sealedToken: string;
}

export interface ConfirmationMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Reads the payload of such an event; null where it is none. */
export const readConfirmation = (payload: Readonly<Record<string, unknown>>): ConfirmationRequested | null => {
  const { confirmationId, address, expiresAt, dataKeyId, sealedToken } = payload;
  if (typeof confirmationId !== 'string' || typeof address !== 'string' || typeof expiresAt !== 'string') return null;
  if (typeof dataKeyId !== 'string' || typeof sealedToken !== 'string') return null;
  return { confirmationId, address, expiresAt, dataKeyId, sealedToken };
};

/** The mail that brings the token to the contact address of a tenant. Plain text, and nothing in it that a caller chose but the address. */
export const confirmationMail = ({ address, expiresAt }: ConfirmationRequested, tenantId: string, token: Secret): ConfirmationMail => ({
  to: address,
  subject: 'Confirm your contact address',
  // Where it leaves HOC: in a mail to the address that it confirms.
  text: `Somebody asked to confirm ${address} as the contact address of the tenant ${tenantId} of HOC.\n\nTo confirm it, send this token to POST /v1/onboarding/confirm-contact, with a management key of that tenant:\n\n    ${token.reveal()}\n\n` +
    `It can be used once, until ${expiresAt}. If you expected no such mail, do nothing.\n`,
});
