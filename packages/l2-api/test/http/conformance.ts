import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { z } from 'zod';

/** As much of the served document as is checked against. */
export interface ServedDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, ServedOperation>>>>;
}

export interface ServedOperation {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[] | undefined;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: RequestSchema; readonly example?: Readonly<Record<string, unknown>> | undefined }>> } | undefined;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> | undefined }>>;
}

export interface RequestSchema {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[] | undefined;
}

const documentShape: z.ZodType<ServedDocument> = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({
    operationId: z.string(),
    security: z.array(z.record(z.string(), z.array(z.string()))),
    parameters: z.array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean() })).optional(),
    requestBody: z.looseObject({
      content: z.record(z.string(), z.looseObject({
        schema: z.looseObject({ properties: z.record(z.string(), z.unknown()), required: z.array(z.string()).optional() }),
        example: z.record(z.string(), z.unknown()).optional(),
      })),
    }).optional(),
    responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), z.unknown()).optional() })),
  }))),
});

/** One operation of the document. */
export interface Documented {
  readonly method: string;
  readonly path: string;
  readonly operation: ServedOperation;
}

/** Holds answers against the document that the server itself serves. */
export class Conformance {
  readonly document: ServedDocument;
  /** `METHOD /path` of every operation that answered a success so far. */
  readonly succeeded: Set<string> = new Set();
  readonly #ajv: Ajv2020;

  private constructor(document: ServedDocument) {
    this.document = document;
    // The schemas carry a pattern beside each format, so that the formats need no check of their own.
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': true, email: true, uri: true } });
    this.#ajv.addSchema(document, 'openapi');
  }

  static async of(url: string): Promise<Conformance> {
    const response = await fetch(`${url}/openapi.json`);
    expect(response.status).toBe(200);
    return new Conformance(documentShape.parse(await response.json()));
  }

  /** Every operation of the document. */
  operations(): readonly Documented[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })));
  }

  /** Fails where an answer is not what the document promises for its path, method and status. */
  check(method: string, target: string, answer: { readonly status: number; readonly contentType: string | null; readonly body: unknown }): void {
    const { status, contentType, body } = answer;
    if (status >= 400) {
      expect(contentType).toBe('application/problem+json');
      this.#expectValid(this.#at('components', 'schemas', 'Problem'), body, `${method} ${target} ${status}`);
    }
    const found = this.#find(method, target.split('?')[0] ?? '');
    if (found === undefined) return;
    const declared = found.operation.responses[String(status)];
    if (declared === undefined) throw new Error(`${method} ${found.path} answered ${status}, which its document does not mention: ${JSON.stringify(body)}`);
    if (status >= 300) return;
    this.succeeded.add(`${method} ${found.path}`);
    if (declared.content === undefined) expect(body).toBeNull();
    else this.#expectValid(this.#at('paths', found.path, method.toLowerCase(), 'responses', String(status), 'content', 'application/json', 'schema'), body, `${method} ${target} ${status}`);
  }

  #find(method: string, path: string): Documented | undefined {
    const segments = path.split('/');
    return this.operations().find((candidate) => {
      const pattern = candidate.path.split('/');
      return candidate.method === method && pattern.length === segments.length && pattern.every((part, index) => part.startsWith('{') || part === segments[index]);
    });
  }

  #at(...path: readonly string[]): ValidateFunction {
    const pointer = path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    return this.#ajv.getSchema(`openapi#/${pointer}`) ?? this.#ajv.compile({ $ref: `openapi#/${pointer}` });
  }

  #expectValid(validate: ValidateFunction, body: unknown, what: string): void {
    if (!validate(body)) throw new Error(`${what} is not what its document says: ${this.#ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`);
  }
}
