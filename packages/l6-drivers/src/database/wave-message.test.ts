import { expect, test } from 'vitest';
import { WaveMessage } from './wave-message.ts';

const written = (write: (message: WaveMessage) => void): string => {
  const message = new WaveMessage();
  write(message);
  return message.take().toString('latin1');
};

/** A message as the protocol has it: its kind, its length with itself, its content. */
const framed = (kind: string, content: string): string => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return kind + length.toString('latin1') + content;
};

test('each message has its kind, its length and its parts', () => {
  expect(written((message) => message.parse('keys.get', 'select $1'))).toBe(framed('P', 'keys.get\0select $1\0\0\0'));
  expect(written((message) => message.describe())).toBe(framed('D', 'P\0'));
  expect(written((message) => message.execute())).toBe(framed('E', '\0\0\0\0\0'));
  expect(written((message) => message.close('keys.get'))).toBe(framed('C', 'Skeys.get\0'));
  expect(written((message) => message.sync())).toBe(framed('S', ''));
});

test('a parameter is told with its length in bytes, and NULL with none', () => {
  expect(written((message) => message.bind('keys.get', []))).toBe(framed('B', '\0keys.get\0\0\0\0\0\0\0'));
  const bytes = Buffer.from('ü😀').toString('latin1');
  expect(written((message) => message.bind('n', ['ab', null, '', 'ü😀']))).toBe(framed('B', `\0n\0\0\0\0\u0004\0\0\0\u0002ab\u00ff\u00ff\u00ff\u00ff\0\0\0\0\0\0\0\u0006${bytes}\0\0`));
});

test('what was taken is not told again, and stays as it was', () => {
  const message = new WaveMessage();
  message.execute();
  const first = message.take();
  const before = first.toString('latin1');
  message.sync();
  expect(message.take().toString('latin1')).toBe(framed('S', ''));
  expect(first.toString('latin1')).toBe(before);
});

test('a message may be of any size', () => {
  const long = 'ü'.repeat(100_000);
  const message = new WaveMessage();
  message.bind('n', ['a', long]);
  message.sync();
  const whole = message.take().toString('utf8');
  expect(whole).toContain(`a\0\u0003\r@${long}`);
  expect(whole.endsWith(framed('S', ''))).toBe(true);
});
