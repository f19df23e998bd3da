import { textNumber } from '../database/text-number.ts';
import type { KeyHour } from './key-hour.ts';

/** One key's, and those of others with the same number. */
interface Link {
  hour: KeyHour;
  next: Link | undefined;
}

/**
 * Of each key one hour at a time. By the number of the key's id, for this is asked at every verification: a map by ids would make V8 keep one copy of every
 * id that a row brought. Two keys with one number are both here.
 */
export class KeyHours {
  readonly #byNumber = new Map<number, Link>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The hour of this key; undefined where it has none. */
  find(tenantId: string, keyId: string): KeyHour | undefined {
    return this.#linkOf(textNumber(keyId), tenantId, keyId)?.hour;
  }

  /** Puts it in the place of the key's hour before, which it answers. */
  put(hour: KeyHour): KeyHour | undefined {
    const number = textNumber(hour.keyId);
    const link = this.#linkOf(number, hour.tenantId, hour.keyId);
    if (link !== undefined) {
      const before = link.hour;
      link.hour = hour;
      return before;
    }
    const first = this.#byNumber.get(number);
    if (first === undefined) this.#byNumber.set(number, { hour, next: undefined });
    else first.next = { hour, next: first.next };
    this.#size += 1;
    return undefined;
  }

  all(): KeyHour[] {
    const hours: KeyHour[] = [];
    for (const first of this.#byNumber.values()) {
      for (let link: Link | undefined = first; link !== undefined; link = link.next) hours.push(link.hour);
    }
    return hours;
  }

  #linkOf(number: number, tenantId: string, keyId: string): Link | undefined {
    let link = this.#byNumber.get(number);
    while (link !== undefined && (link.hour.keyId !== keyId || link.hour.tenantId !== tenantId)) link = link.next;
    return link;
  }
}
