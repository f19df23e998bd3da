import type { ConfirmationMail } from '@hoc/l5-engines/outbox/confirmation-mail';
import { createTransport } from 'nodemailer';
import type { MailConfig } from '../config.ts';
import { MailProblem } from './mail-problem.ts';

/** Sends a mail, or throws a {@link MailProblem}. */
export interface Mailer {
  send(mail: ConfirmationMail): Promise<void>;
  /** How long that takes at most, in milliseconds. */
  readonly withinMs: number;
  close(): void;
}

/** Each stage of talking to the mail server, as far as it is silent. */
const STAGE_MS = 10_000;
/** All of them together: a server that goes on saying little never lets a stage end by itself. */
const SEND_WITHIN_MS = 45_000;
/** How long a connection that is closed waits for the server's own end of it. */
const GOODBYE_MS = 1000;

/** Sends through the operator's mail server. */
export function smtpMailer({ smtpUrl, from }: MailConfig, withinMs: number = SEND_WITHIN_MS): Mailer {
  const closing = new AbortController();
  const options = {
    url: smtpUrl, connectionTimeout: STAGE_MS, greetingTimeout: STAGE_MS, socketTimeout: STAGE_MS, socketCloseTimeout: GOODBYE_MS, disableFileAccess: true, disableUrlAccess: true,
  };
  const transport = createTransport(options);
  return {
    send: async ({ to, subject, text }) => {
      // The end of this signal closes the connection, wherever the conversation stands.
      const mail = { from, to: { name: '', address: to }, subject, text, signal: AbortSignal.any([closing.signal, AbortSignal.timeout(withinMs)]) };
      try {
        // An address as it is, not a list of addresses that a comma would make of it.
        await transport.sendMail(mail);
      } catch (error) {
        throw MailProblem.of(error);
      }
    },
    withinMs,
    close: () => {
      closing.abort();
      transport.close();
    },
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
