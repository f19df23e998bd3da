import { verify } from '@hoc/l4-spine/domains/api-keys/verify';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { call, os } from '@orpc/server';
import { gateway, type VerificationAtHand } from './a-verification.ts';
import { aBook, librarian, newBook, shelf, TENANT_ID } from './books.ts';
import { Chain, demand, factsOf, holdRules } from './by-hand.ts';

const base = os.$context<{ readonly principal: Principal }>();

/** The write as an oRPC procedure behind three middlewares: authority, facts with their rules, audit entry. */
export function orpcWrite(): () => Promise<void> {
  const chain = new Chain();
  const create = base
    .use(async ({ context, next }) => {
      demand(context.principal, 'cus', 'books.create');
      return next();
    })
    .use(async ({ next }) => {
      const facts = await factsOf(shelf);
      holdRules(facts);
      return next({ context: { facts } });
    })
    .use(async ({ context, next }) => {
      const result = await next();
      chain.append(context.principal, (result.output as { readonly id: string }).id); // what the handler below answers
      return result;
    })
    .input(newBook)
    .handler(async ({ input }) => shelf.insert({ tenantId: TENANT_ID, title: input.title }));
  const options = { context: { principal: librarian } };
  return async () => {
    const made = await call(create, aBook, options);
    if (made.id === '') throw new Error('nothing was made');
  };
}

/** The verification as an oRPC procedure behind three middlewares: plane and permission, the instant and the id of the request, the freezing of the answer. */
export function orpcVerify(atHand: VerificationAtHand): () => Promise<void> {
  const procedure = base
    .use(async ({ context, next }) => {
      demand(context.principal, 'int', 'hoc:keys.verify');
      return next();
    })
    .use(async ({ next }) => next({ context: { now: new Date(), requestId: 'req_bench' } }))
    .use(async ({ next }) => {
      const result = await next();
      Object.freeze(result.output);
      return result;
    })
    .input(verify.input)
    .handler(({ input, context: { principal } }) => atHand.handled(principal, input));
  const options = { context: { principal: gateway } };
  return async () => {
    const verdict = await call(procedure, atHand.question, options);
    if (verdict.code !== 'VALID') throw new Error(`a good key is ${verdict.code}`);
  };
}
