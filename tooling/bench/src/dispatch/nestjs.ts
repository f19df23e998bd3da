import { verify } from '@hoc/l4-spine/domains/api-keys/verify';
import { immutable } from '@hoc/l4-spine/kernel/immutable';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, CommandHandler, CqrsModule } from '@nestjs/cqrs';
import { gateway, type VerificationAtHand } from './a-verification.ts';
import { aBook, librarian, newBook, shelf, TENANT_ID } from './books.ts';
import { Chain, demand, factsOf, holdRules } from './by-hand.ts';

class CreateBook {
  readonly principal: Principal;
  readonly input: unknown;

  constructor(principal: Principal, input: unknown) {
    this.principal = principal;
    this.input = input;
  }
}

class VerifyKey extends CreateBook {}

/** The write as a command: its handler does the same checks, in the same order. */
class CreateBookHandler {
  readonly #chain = new Chain();

  async execute({ principal, input }: CreateBook): Promise<{ readonly id: string }> {
    demand(principal, 'cus', 'books.create');
    const { title } = newBook.parse(input);
    holdRules(await factsOf(shelf));
    const made = await shelf.insert({ tenantId: TENANT_ID, title });
    this.#chain.append(principal, made.id);
    return immutable(made);
  }
}

class VerifyKeyHandler {
  readonly #atHand: VerificationAtHand;

  constructor(atHand: VerificationAtHand) {
    this.#atHand = atHand;
  }

  async execute({ principal, input: asked }: VerifyKey): Promise<{ readonly code: string }> {
    demand(principal, 'int', 'hoc:keys.verify');
    return immutable(await this.#atHand.handled(principal, verify.input.parse(asked)));
  }
}

class Books {
  readonly name: string = 'books';
}

export interface NestContenders {
  readonly write: () => Promise<void>;
  readonly verify: () => Promise<void>;
  close(): Promise<void>;
}

/** NestJS's CommandBus in an application of its own. Decorators are called as the functions that they are: Node strips types, and no decorators. */
export async function nestContenders(atHand: VerificationAtHand): Promise<NestContenders> {
  CommandHandler(CreateBook)(CreateBookHandler);
  CommandHandler(VerifyKey)(VerifyKeyHandler);
  Module({ imports: [CqrsModule.forRoot()], providers: [CreateBookHandler, { provide: VerifyKeyHandler, useFactory: () => new VerifyKeyHandler(atHand) }] })(Books);
  const app: INestApplicationContext = await NestFactory.createApplicationContext(Books, { logger: false });
  await app.init();
  const bus = app.get(CommandBus);
  return {
    write: async () => {
      const made = await bus.execute<CreateBook, { readonly id: string }>(new CreateBook(librarian, aBook));
      if (made.id === '') throw new Error('nothing was made');
    },
    verify: async () => {
      const { code } = await bus.execute<VerifyKey, { readonly code: string }>(new VerifyKey(gateway, atHand.question));
      if (code !== 'VALID') throw new Error(`a good key is ${code}`);
    },
    close: () => app.close(),
  };
}
