import type { Json } from './state.ts';

/** "Where the token stood, the replay has `"token": null, "tokenShown": true`." */
export function tokenShown(answer: Json): Json {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return answer;
  return Object.fromEntries(
    Object.entries(answer).flatMap(([name, part]): [string, Json][] => (name === 'token' ? [['token', null], ['tokenShown', true]] : [[name, tokenShown(part)]])),
  );
}
