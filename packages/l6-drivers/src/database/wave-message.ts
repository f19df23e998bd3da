const PARSE = 0x50;
const BIND = 0x42;
const DESCRIBE = 0x44;
const EXECUTE = 0x45;
const CLOSE = 0x43;
const SYNC = 0x53;
const STATEMENT = 0x53;
const PORTAL = 0x50;

/** UTF-8 takes at most three bytes for each unit of a string. */
const BYTES_PER_UNIT = 3;

/**
 * The messages of one wave, written one behind the other, so that they leave by one write. Texts both ways, unnamed portals.
 * Source: PostgreSQL's documentation, "Message Formats".
 */
export class WaveMessage {
  #bytes: Buffer = Buffer.allocUnsafe(16_384);
  #end = 0;

  /** Has the server parse a statement and keep it under its name. */
  parse(name: string, text: string): void {
    const at = this.#begin(PARSE);
    this.#zeroEnded(name);
    this.#zeroEnded(text);
    this.#int16(0);
    this.#finish(at);
  }

  bind(name: string, values: readonly (string | null)[]): void {
    const at = this.#begin(BIND);
    this.#zeroEnded('');
    this.#zeroEnded(name);
    this.#int16(0);
    this.#int16(values.length);
    for (const value of values) {
      if (value === null) this.#int32(-1);
      else this.#sized(value);
    }
    this.#int16(0);
    this.#finish(at);
  }

  /** Asks what the rows of the bound statement are like. */
  describe(): void {
    const at = this.#begin(DESCRIBE);
    this.#byte(PORTAL);
    this.#zeroEnded('');
    this.#finish(at);
  }

  execute(): void {
    const at = this.#begin(EXECUTE);
    this.#zeroEnded('');
    this.#int32(0);
    this.#finish(at);
  }

  /** Has the server forget a statement, if it has it. */
  close(name: string): void {
    const at = this.#begin(CLOSE);
    this.#byte(STATEMENT);
    this.#zeroEnded(name);
    this.#finish(at);
  }

  sync(): void {
    this.#finish(this.#begin(SYNC));
  }

  /** What was written since the last time. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#end));
    this.#end = 0;
    return taken;
  }

  #begin(kind: number): number {
    this.#byte(kind);
    const at = this.#end;
    this.#int32(0);
    return at;
  }

  /** A message's length counts itself, and not the byte of its kind. */
  #finish(at: number): void {
    this.#bytes.writeInt32BE(this.#end - at, at);
  }

  #byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#end] = value;
    this.#end += 1;
  }

  #int16(value: number): void {
    this.#room(2);
    this.#end = this.#bytes.writeUInt16BE(value, this.#end);
  }

  #int32(value: number): void {
    this.#room(4);
    this.#end = this.#bytes.writeInt32BE(value, this.#end);
  }

  #zeroEnded(text: string): void {
    this.#room(text.length * BYTES_PER_UNIT + 1);
    this.#end += this.#bytes.write(text, this.#end);
    this.#bytes[this.#end] = 0;
    this.#end += 1;
  }

  #sized(text: string): void {
    this.#room(text.length * BYTES_PER_UNIT + 4);
    const length = this.#bytes.write(text, this.#end + 4);
    this.#bytes.writeInt32BE(length, this.#end);
    this.#end += 4 + length;
  }

  #room(needed: number): void {
    if (this.#end + needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + needed));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}
