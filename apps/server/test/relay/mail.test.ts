import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { unwrapDataKey } from '@hoc/l5-engines/data-key';
import type { ConfirmationMail } from '@hoc/l5-engines/outbox/confirmation-mail';
import { seal } from '@hoc/l5-engines/sealing';
import { Secret } from '@hoc/l5-engines/secret';
import { BACKENDS } from '@hoc/testbed/databases';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { printingMailer, smtpMailer, type Mailer } from '../../src/relay/mailer.ts';
import { Stage, type StagedTenant } from './stage.ts';

const TOKEN = 'TOKEN-of-the-test';

/** A mailer that fails as often as it is told to, and remembers what it took. */
class Mailbox implements Mailer {
  readonly withinMs = 1000;
  readonly taken: ConfirmationMail[] = [];
  failures = 0;

  async send(mail: ConfirmationMail): Promise<void> {
    this.failures -= 1;
    if (this.failures >= 0) throw new Error('421 not now');
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

  test('a mail server that is away, or refuses, fails the mail, and is named without the password', async () => {
    const mailer = smtpMailer({ smtpUrl: 'smtp://hoc:test-password@127.0.0.1:9', from: 'hoc@acme.example' });
    const error: unknown = await mailer.send(mail).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain('test-password');
    mailer.close();
  });
});

/** As much of a mail server as takes a mail. */
class SmtpServer {
  readonly said: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((socket) => this.#talk(socket));
  }

  static async open(): Promise<SmtpServer> {
    const smtp = new SmtpServer();
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
