/** What is shown to whoever started the server. */
export interface Show {
  /** The first operator token, and where it is kept: at once, whatever becomes of the rest of the start. */
  operatorToken(token: string, path: string): void;
  /** A mail, where no mail server is configured. */
  mail(text: string): void;
}
