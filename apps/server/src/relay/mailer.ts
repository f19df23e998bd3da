import type { ConfirmationMail } from '@hoc/l5-engines/outbox/confirmation-mail';
import { createTransport } from 'nodemailer';
import type { MailConfig } from '../config.ts';

/** Sends a mail, or throws. */
export interface Mailer {
  send(mail: ConfirmationMail): Promise<void>;
  /** How long that takes at most, in milliseconds. */
  readonly withinMs: number;
  close(): void;
}

/** Each stage of talking to the mail server; all of them together stay below {@link SEND_WITHIN_MS}. */
const STAGE_MS = 10_000;
const SEND_WITHIN_MS = 45_000;

/** Sends through the operator's mail server. */
export function smtpMailer({ smtpUrl, from }: MailConfig): Mailer {
  const transport = createTransport({ url: smtpUrl, connectionTimeout: STAGE_MS, greetingTimeout: STAGE_MS, socketTimeout: STAGE_MS, disableFileAccess: true, disableUrlAccess: true });
  return {
    send: async ({ to, subject, text }) => {
      // An address as it is, not a list of addresses that a comma would make of it.
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text });
    },
    withinMs: SEND_WITHIN_MS,
    close: () => transport.close(),
  };
}

/** Where no mail server is configured: what would have been sent is printed, for whoever tries HOC out. */
export const printingMailer = (print: (text: string) => void): Mailer => ({
  send: async ({ to, subject, text }) => {
    print(`\nNo mail server is configured (HOC_SMTP_URL), so this mail is shown here:\n\nTo: ${to}\nSubject: ${subject}\n\n${text}\n`);
  },
  withinMs: 1000,
  close: () => {},
});
