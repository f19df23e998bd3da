import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { unwrapDataKey } from '@hoc/l5-engines/data-key';
import type { ConfirmationMail } from '@hoc/l5-engines/outbox/confirmation-mail';
import { seal } from '@hoc/l5-engines/sealing';
import { Secret } from '@hoc/l5-engines/secret';
import { BACKENDS } from '@hoc/testbed/databases';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { printingMailer, smtpMailer, type Mailer } from '../../src/relay/mailer.ts';
import { MailProblem } from '../../src/relay/mail-problem.ts';
import { Stage, type StagedTenant } from './stage.ts';

const TOKEN = 'TOKEN-of-the-test';

/** A mailer that fails as often as it is told to, and remembers what it took. */
class Mailbox implements Mailer {
  readonly withinMs = 1000;
  readonly taken: ConfirmationMail[] = [];
  failures = 0;
  failure: (mail: ConfirmationMail) => Error = () => new Error('421 not now');

  async send(mail: ConfirmationMail): Promise<void> {
    this.failures -= 1;
    if (this.failures >= 0) throw this.failure(mail);
    this.taken.push(mail);
  }

  close(): void {}
}

describe.each(BACKENDS)('mail on %s', (backend) => {
  let stage: Stage;
  let tenant: StagedTenant;
  let mailbox: Mailbox;
  let told = 0;

  beforeEach(async () => {
    stage = await Stage.open(backend);
    tenant = await stage.tenant();
    // Whatever its provisioning has mailed is not of interest here.
    await stage.deliverAll(tenant);
    mailbox = new Mailbox();
  });
  afterEach(() => stage.close());

  /** Tells of a requested confirmation, as the operation does. */
  async function requested(change: { readonly address?: string; readonly sealedFor?: string; readonly expiresInMs?: number } = {}): Promise<void> {
    const { address = 'ops@acme.example', expiresInMs = 86_400_000 } = change;
    const [row] = await stage.composed.db.asOwner<{ id: string; tenantId: string; wrapped: string; kekId: string }>(
      `select id, tenant_id as "tenantId", wrapped, kek_id as "kekId" from tenant_data_keys where tenant_id = $1`, [tenant.id],
    );
    if (row === undefined) throw new Error('the tenant has no data key');
    const unwrapped = unwrapDataKey(row, stage.composed.vault.keks);
    if (!unwrapped.ok) throw new Error(unwrapped.problem);
    told += 1;
    const confirmationId = `cnf_${told}`;
    const payload = {
      confirmationId, address, expiresAt: new Date(stage.now.getTime() + expiresInMs).toISOString(), dataKeyId: row.id,
      sealedToken: seal(unwrapped.key, new Secret(`${TOKEN}-${told}`), [tenant.id, change.sealedFor ?? confirmationId], stage.composed.vault.randomBytes),
    };
    await stage.composed.db.asOwner(
      `insert into outbox_events values ($1, $2, 1, $3, 'onboarding.contact_confirmation_requested', $4, 'req', now())`,
      [tenant.id, 1000 + told, `evt_mail_${told}`, JSON.stringify(payload)],
    );
  }

  test('a confirmation is mailed once to its address, with its token, and no webhook is told of it', async () => {
    const receiver = await stage.receiver();
    await stage.webhook(tenant, receiver);
    await requested();
    await stage.deliverAll(tenant, stage.server({ mailer: mailbox }));
    await stage.deliverAll(tenant, stage.server({ mailer: mailbox }));
    expect(mailbox.taken).toMatchObject([{ to: 'ops@acme.example' }]);
    expect(mailbox.taken[0]?.text).toContain(`${TOKEN}-${told}`);
    expect(receiver.received).toEqual([]);
  });

  test('while the mail server fails, mails wait in their order, no longer than five minutes at a time; none is lost', async () => {
    const first = told + 1;
    mailbox.failures = 12;
    await requested();
    await requested({ address: 'other@acme.example' });
    const server = stage.server({ mailer: mailbox });
    for (let turns = 0; turns < 12; turns += 1) {
      stage.waits.length = 0;
      await stage.deliver(tenant, server);
      const wait = (stage.waits[0]?.at.getTime() ?? 0) - stage.now.getTime();
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(300_000);
      stage.pass(wait);
    }
    await stage.deliverAll(tenant, server);
    expect(mailbox.taken.map(({ to }) => to)).toEqual(['ops@acme.example', 'other@acme.example']);
    expect(mailbox.taken[0]?.text).toContain(`${TOKEN}-${first}`);
  });

  test('what a mail server says of a mail, and may quote of it, is nowhere in the log', async () => {
    mailbox.failures = 1;
    mailbox.failure = ({ text }) => Object.assign(new Error(`554 5.7.1 spam: ${text}`), { code: 'EMESSAGE', responseCode: 554, command: 'DATA', response: `554 5.7.1 spam: ${text}` });
    await requested();
    await stage.deliver(tenant, stage.server({ mailer: mailbox }));
    expect(stage.logged).toMatchObject([{ problem: 'EMESSAGE 554' }]);
    expect(JSON.stringify(stage.logged)).not.toContain(TOKEN);
    await stage.deliverAll(tenant, stage.server({ mailer: mailbox }));
  });

  test('a mail whose address is refused for good is given up at once, which is said, and the next one is sent', async () => {
    mailbox.failures = 1;
    mailbox.failure = () => refusal(550, '550 5.1.1 no such user');
    await requested();
    await requested({ address: 'next@acme.example' });
    stage.waits.length = 0;
    await stage.deliver(tenant, stage.server({ mailer: mailbox }));
    expect(mailbox.taken.map(({ to }) => to)).toEqual(['next@acme.example']);
    expect(stage.waits).toEqual([]);
    expect(stage.logged).toMatchObject([{ tenantId: tenant.id, problem: 'EENVELOPE 550' }]);
  });

  test('one that has expired, or cannot be read, is passed over, and the next one is sent', async () => {
    await requested({ expiresInMs: -1 });
    await requested({ sealedFor: 'cnf_other' });
    told += 1;
    await stage.composed.db.asOwner(
      `insert into outbox_events values ($1, $2, 1, 'evt_odd', 'onboarding.contact_confirmation_requested', '{}', 'req', now())`, [tenant.id, 1000 + told],
    );
    await requested({ address: 'last@acme.example' });
    await stage.deliverAll(tenant, stage.server({ mailer: mailbox }));
    expect(mailbox.taken.map(({ to }) => to)).toEqual(['last@acme.example']);
    expect(stage.logged.length).toBe(3);
    expect(JSON.stringify(stage.logged)).not.toContain(TOKEN);
  });

  test('of two servers one mails it', async () => {
    await requested();
    await Promise.all([stage.server({ mailer: mailbox }), stage.server({ mailer: mailbox })].map((server) => stage.deliver(tenant, server)));
    expect(mailbox.taken.length).toBe(1);
  });
});

describe('mailers', () => {
  const mail: ConfirmationMail = { to: 'ops@acme.example', subject: 'Confirm', text: 'The token:\n\n    abc\n' };

  test('without a mail server, a mail is printed whole, once', async () => {
    const printed: string[] = [];
    await printingMailer((text) => printed.push(text)).send(mail);
    expect(printed.length).toBe(1);
    expect(printed[0]).toContain('To: ops@acme.example\nSubject: Confirm\n\nThe token:\n\n    abc\n');
  });

  test('with one, it is sent to that address alone, from the configured one', async () => {
    const smtp = await SmtpServer.open();
    const mailer = smtpMailer({ smtpUrl: smtp.url, from: 'hoc@acme.example' });
    await mailer.send({ ...mail, to: 'ops@acme.example' });
    mailer.close();
    await smtp.close();
    expect(smtp.said.filter((line) => /^(MAIL|RCPT)/.test(line))).toEqual(['MAIL FROM:<hoc@acme.example>', 'RCPT TO:<ops@acme.example>']);
    const sent = smtp.said.join('\n');
    expect(sent).toContain('Subject: Confirm');
    expect(sent).toContain('    abc');
  });

  test.each(['EHLO', 'MAIL', '.'])('a mail server that answers %s with a line now and then, and never ends, is left after the time that a mail may take', async (line) => {
    const smtp = await SmtpServer.open({ dripsAt: line });
    const mailer = smtpMailer({ smtpUrl: smtp.url, from: 'hoc@acme.example' }, 1500);
    const began = Date.now();
    const error: unknown = await mailer.send(mail).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MailProblem);
    expect(Date.now() - began).toBeLessThan(4000);
    expect(Date.now() - began).toBeGreaterThan(1400);
    // It is closed, not left alone: the server, which never ends a connection by itself, has none any more.
    await smtp.close();
    mailer.close();
  });

  test('that time is 45 seconds, and a server that stops waits for none of it', async () => {
    const smtp = await SmtpServer.open({ dripsAt: 'EHLO' });
    const mailer = smtpMailer({ smtpUrl: smtp.url, from: 'hoc@acme.example' });
    expect(mailer.withinMs).toBe(45_000);
    const sending = mailer.send(mail).catch((reason: unknown) => reason);
    setTimeout(() => mailer.close(), 300);
    expect(await sending).toBeInstanceOf(MailProblem);
    await smtp.close();
  });

  test('a mail server that quotes the mail, or refuses the address, is told by codes alone', async () => {
    for (const [answers, problem] of [[{ '.': '554 5.7.1 spam: TOKEN-of-the-mail' }, 'EMESSAGE 554'], [{ RCPT: '550 5.1.1 TOKEN-of-the-mail' }, 'EENVELOPE 550'], [{ RCPT: '554 5.7.1 relaying denied' }, 'EENVELOPE 554']] as const) {
      const smtp = await SmtpServer.open({ answers });
      const mailer = smtpMailer({ smtpUrl: smtp.url, from: 'hoc@acme.example' });
      const error: unknown = await mailer.send(mail).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'MailProblem', message: problem, isAddressRefused: problem === 'EENVELOPE 550' });
      expect(JSON.stringify(error)).not.toContain('TOKEN');
      mailer.close();
      await smtp.close();
    }
  });

  test.each([
    ['550 to the address', refusal(550, '550 no such user'), true], ['553 to the address', refusal(553, '553 5.1.3 bad address'), true],
    ['450 to the address', refusal(450, '450 4.2.1 busy'), false], ['530 to the address', refusal(530, '530 log in first'), false],
    ['554 5.7.1 to the address', refusal(554, '554 5.7.1 relaying denied'), false], ['550 to the mail', Object.assign(refusal(550, '550 no'), { command: 'DATA' }), false],
    ['no answer', new Error('connect ECONNREFUSED'), false], ['no error', 'odd', false],
  ])('whether the address is refused for good: %s', (_name, error, isAddressRefused) => {
    expect(MailProblem.of(error).isAddressRefused).toBe(isAddressRefused);
  });

  test('a mail server that is away, or refuses, fails the mail, and is named without the password', async () => {
    const mailer = smtpMailer({ smtpUrl: 'smtp://hoc:test-password@127.0.0.1:9', from: 'hoc@acme.example' });
    const error: unknown = await mailer.send(mail).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain('test-password');
    mailer.close();
  });
});

/** What the sender makes of an answer to the address. */
function refusal(responseCode: number, response: string): Error {
  return Object.assign(new Error(response), { code: 'EENVELOPE', responseCode, command: 'RCPT TO', response });
}

interface Manners {
  /** This line is answered with lines that say that another one follows, and no last one. */
  readonly dripsAt?: string;
  /** Answers to lines that begin so. */
  readonly answers?: Readonly<Record<string, string>>;
}

/** As much of a mail server as takes a mail. */
class SmtpServer {
  readonly said: string[] = [];
  readonly #server: Server;
  readonly #manners: Manners;

  private constructor(manners: Manners) {
    this.#manners = manners;
    this.#server = createServer((socket) => this.#talk(socket));
  }

  static async open(manners: Manners = {}): Promise<SmtpServer> {
    const smtp = new SmtpServer(manners);
    await new Promise<void>((resolve) => smtp.#server.listen(0, '127.0.0.1', resolve));
    return smtp;
  }

  get url(): string {
    // A listening TCP server has an address of this shape.
    return `smtp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #talk(socket: Socket): void {
    let isData = false;
    const answer = (line: string): void => {
      this.said.push(line);
      if (isData && line !== '.') return;
      isData = line === 'DATA';
      if (line.startsWith('QUIT')) return void socket.end('221 bye\r\n');
      const { dripsAt, answers = {} } = this.#manners;
      if (dripsAt !== undefined && line.startsWith(dripsAt)) {
        const drip = setInterval(() => socket.write('250-wait\r\n'), 200);
        return void socket.on('close', () => clearInterval(drip));
      }
      const odd = Object.entries(answers).find(([start]) => line.startsWith(start));
      if (odd !== undefined) return void socket.write(`${odd[1]}\r\n`);
      socket.write(isData ? '354 go on\r\n' : '250 fine\r\n');
    };
    let rest = '';
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) answer(line);
    });
    socket.write('220 ready\r\n');
  }
}
