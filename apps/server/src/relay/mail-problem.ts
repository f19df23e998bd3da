/** What is read of a failure: its codes alone, for a mail server may answer with words of the mail. */
interface Codes {
  readonly code?: unknown;
  /** Of the system, such as ECONNREFUSED. */
  readonly originalCode?: unknown;
  readonly responseCode?: unknown;
  readonly command?: unknown;
  readonly response?: unknown;
}

/** Why a mail was not sent. INVARIANT: nothing in it that the mail server said in words, which may quote the mail and its token. */
export class MailProblem extends Error {
  /** The mail server will not take a mail to this address, now or later. */
  readonly isAddressRefused: boolean;

  private constructor(codes: string, isAddressRefused: boolean) {
    super(codes);
    this.name = 'MailProblem';
    this.isAddressRefused = isAddressRefused;
  }

  static of(error: unknown): MailProblem {
    if (error instanceof MailProblem) return error;
    const { code, originalCode, responseCode, command, response } = (error instanceof Error ? error : {}) as Codes; // whatever an error has beside its message
    const named = [originalCode, code].filter((one) => typeof one === 'string').find((one) => /^E[A-Z0-9]{2,19}$/.test(one)) ?? 'EUNKNOWN';
    const numbered = typeof responseCode === 'number' ? ` ${responseCode}` : '';
    return new MailProblem(`${named}${numbered}`, command === 'RCPT TO' && typeof responseCode === 'number' && refusesAddress(responseCode, response));
  }
}

/** 5xx is for good; but 530 and the class 5.7 are about who sends (RFC 3463), which the operator can mend. */
const refusesAddress = (responseCode: number, response: unknown): boolean =>
  responseCode >= 500 && responseCode <= 599 && responseCode !== 530 && !(typeof response === 'string' && /^5\d\d[ -]5\.7\./.test(response));
