import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test, vi } from 'vitest';
import { judgeConfig, MAX_SCHEMA_BYTES, schemaProblem } from './config-schema.ts';
import { schemaCost } from './schema-cost.ts';

const SCHEMA = {
  type: 'object', additionalProperties: false, required: ['region'],
  properties: {
    region: { type: 'string', pattern: '^[a-z]+$', maxLength: 10 }, baseUrl: { type: 'string', default: 'https://api.example.com' },
    deep: { type: 'object', additionalProperties: false, properties: { 'a/b~c': { type: 'integer' } } },
  },
} as const;

describe('a config', () => {
  test('that satisfies its schema gets the defaults; what was given is not changed', () => {
    const given = { region: 'eu' };
    expect(judgeConfig(SCHEMA, given)).toEqual({ ok: true, config: { region: 'eu', baseUrl: 'https://api.example.com' } });
    expect(given).toEqual({ region: 'eu' });
  });

  test.each([
    [{}, [{ path: ['config', 'region'], message: 'is required' }]],
    [{ region: 'eu', apiKey: 'hunter2' }, [{ path: ['config', 'apiKey'], message: 'unknown key' }]],
    [{ region: 'EU' }, [{ path: ['config', 'region'], message: 'must match pattern "^[a-z]+$"' }]],
    [{ region: 1, baseUrl: [] }, [{ path: ['config', 'region'], message: 'must be string' }, { path: ['config', 'baseUrl'], message: 'must be string' }]],
    [{ region: 'eu', deep: { 'a/b~c': 'x' } }, [{ path: ['config', 'deep', 'a/b~c'], message: 'must be integer' }]],
  ])('%j is told what is wrong, place by place', (config, problems) => {
    expect(judgeConfig(SCHEMA, config)).toEqual({ ok: false, problems });
  });

  test('is not quoted in what is said of it', () => {
    expect(JSON.stringify(judgeConfig(SCHEMA, { region: 'HUNTER2', deep: { 'a/b~c': 'HUNTER2' }, x: 'HUNTER2' }))).not.toContain('HUNTER2');
  });

  test('with very many faults is told some of them', () => {
    const config = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`x${at}`, 1]));
    // Of its own, so that nothing was compiled for it before.
    const judged = judgeConfig({ ...SCHEMA, title: 'judged once' }, config);
    expect(judged.ok ? 0 : judged.problems.length).toBe(20);
  });

  test('is judged by the schema that is given, whatever was compiled before', () => {
    for (let made = 0; made < 210; made += 1) {
      const schema = { type: 'object', additionalProperties: false, properties: { [`m${made}`]: { const: made } } };
      expect(judgeConfig(schema, { [`m${made}`]: made }).ok).toBe(true);
      expect(judgeConfig(schema, { [`m${made}`]: -1 }).ok).toBe(false);
    }
    expect(judgeConfig(SCHEMA, { region: 'eu' }).ok).toBe(true);
  });
});

describe('a schema that is judged by', () => {
  const schemaOf = (at: number) => ({ type: 'object', additionalProperties: false, properties: { [`kept${at}`]: { type: 'string' } } });
  const compiledFor = (from: number, to: number): number => {
    const compile = vi.spyOn(Ajv2020.prototype, 'compile');
    for (let at = from; at < to; at += 1) judgeConfig(schemaOf(at), {});
    const { length } = compile.mock.calls;
    compile.mockRestore();
    return length;
  };

  test('is compiled once, and of more than 200 the oldest is forgotten, and no other', () => {
    expect(compiledFor(0, 200)).toBe(200);
    expect(compiledFor(0, 200)).toBe(0);
    expect(compiledFor(200, 201)).toBe(1);
    expect(compiledFor(1, 201)).toBe(0);
    expect(compiledFor(0, 1)).toBe(1);
  });

  test('is not held against the schema of schemas again, which costs more than all else', () => {
    const addMetaSchema = vi.spyOn(Ajv2020.prototype, 'addMetaSchema');
    judgeConfig(schemaOf(-1), {});
    expect(addMetaSchema).not.toHaveBeenCalled();
    expect(schemaProblem(schemaOf(-1))).toBeNull();
    expect(addMetaSchema).toHaveBeenCalled();
    addMetaSchema.mockRestore();
  });
});

describe('a config that was written to make its judge work for ever', () => {
  const bomb = 'a'.repeat(4000);
  test.each([
    ['a pattern', { a: { type: 'string', pattern: '^(a+)+$' } }, { a: `${bomb}!` }],
    ['a pattern of names', { a: { type: 'object', additionalProperties: false, patternProperties: { '^(a|aa)+$': { type: 'string' } } } }, { a: { [`${bomb}!`]: 'x' } }],
    ['a pattern of what is in a list', { a: { type: 'array', items: { type: 'string', pattern: '(x+x+)+y' } } }, { a: Array.from({ length: 40 }, () => 'x'.repeat(100)) }],
  ])('by %s is judged in no time', (_by, properties, config) => {
    const schema = { type: 'object', additionalProperties: false, properties };
    expect(schemaProblem(schema)).toBeNull();
    const began = performance.now();
    expect(judgeConfig(schema, config).ok).toBe(false);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('a schema', () => {
  test('of an object that takes no unknown members can be used, and may refer to its own parts', () => {
    expect(schemaProblem(SCHEMA)).toBeNull();
    const named = { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', additionalProperties: false };
    expect([schemaProblem(named), judgeConfig(named, {}).ok]).toEqual([null, true]);
    expect(schemaProblem({ type: 'object', additionalProperties: false, properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'string' } } })).toBeNull();
    const shared = { ...named, properties: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`a${at}`, { $ref: '#/$defs/a' }])), $defs: { a: { type: 'string', pattern: '^[a-z]+$' } } };
    expect(schemaProblem(shared)).toBeNull();
  });

  const object = { type: 'object', additionalProperties: false } as const;
  test.each<readonly [schema: Readonly<Record<string, unknown>>, says: string]>([
    [{}, 'must be of an object'],
    [{ type: 'array' }, 'must be of an object'],
    [{ type: 'object' }, 'must be of an object'],
    [{ type: 'array', additionalProperties: false }, 'must be of an object'],
    [{ ...object, properties: { a: { $ref: 'https://evil.example/schema.json' } } }, 'must refer to nothing outside itself'],
    [{ ...object, properties: { a: { $ref: '#other' } } }, 'must refer to nothing outside itself'],
    ...['$dynamicRef', '$dynamicAnchor', '$anchor', '$recursiveRef', '$recursiveAnchor'].map((keyword) => [{ ...object, properties: { a: { [keyword]: '#a' } } }, `must not use ${keyword}`] as const),
    [{ ...object, properties: { a: { $ref: 1 } } }, 'must refer to nothing outside itself'],
    [{ ...object, properties: { a: { $ref: ['#/$defs/a'] } } }, 'must refer to nothing outside itself'],
    [{ ...object, properties: { a: { $ref: 'https://evil.example/schema.json#/a' } } }, 'must refer to nothing outside itself'],
    [{ ...object, $id: 'https://hoc.example/a' }, 'must not use $id'],
    [{ ...object, $async: true }, 'must not use $async'],
    [{ ...object, properties: { a: { type: 'string', pattern: 'x'.repeat(201) } } }, 'no pattern longer'],
    [{ ...object, properties: { a: { type: 'object', patternProperties: { ['x'.repeat(201)]: true } } } }, 'no pattern longer'],
    [{ ...object, properties: { a: { type: 'string', pattern: '(' } } }, 'is no schema that can be used'],
    [{ ...object, properties: { a: { type: 'string', pattern: '(?=a)a' } } }, 'is no schema that can be used'],
    [{ ...object, properties: { a: { type: 'string', pattern: '(a)\\1' } } }, 'is no schema that can be used'],
    [{ ...object, properties: { a: { type: 'string', pattern: '((a{100}){100}){100}' } } }, 'is no schema that can be used'],
    [{ ...object, patternProperties: { '(': true } }, 'is no schema that can be used'],
    [{ ...object, allOf: [{ $ref: '#' }] }, 'refers to itself'],
    [{ ...object, properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { anyOf: [{ $ref: '#/$defs/b%7E1c' }] }, 'b/c': { $ref: '#/$defs/a' } } }, 'refers to itself'],
    [{ ...object, allOf: twice(0), $defs: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`a${at}`, { allOf: twice(at + 1) }])) }, 'takes too long'],
    [{ ...object, properties: Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`a${at}`, { type: 'string', pattern: `^.{900}${at}$` }])) }, 'takes too long'],
    [{ ...object, properties: { a: { $ref: '#/%' } } }, 'is no schema that can be used'],
    [{ ...object, properties: { a: { type: 'string', format: 'uri' } } }, 'is no schema that can be used'],
    [{ ...object, properties: { a: { typo: 'string' } } }, 'is no schema that can be used'],
    [{ ...object, properties: { a: { $ref: '#/$defs/none' } } }, 'is no schema that can be used'],
    [{ ...object, description: 'x'.repeat(MAX_SCHEMA_BYTES) }, 'must be at most'],
    [{ ...object, properties: nested(30) }, 'levels deep'],
  ])('%# is refused: %j', (schema, says) => {
    expect(schemaProblem(schema)).toContain(says);
  });

  test('may be as large, as deep, and its patterns as long as is said, and not more so', () => {
    const sized = (bytes: number) => ({ ...object, description: 'x'.repeat(bytes - Buffer.byteLength(JSON.stringify({ ...object, description: '' }))) });
    expect([schemaProblem(sized(MAX_SCHEMA_BYTES)), schemaProblem(sized(MAX_SCHEMA_BYTES + 1))]).toEqual([null, `must be at most ${MAX_SCHEMA_BYTES} bytes of JSON`]);
    // Each level of members is two of the schema; the last of these is the 20th.
    let deepest: Readonly<Record<string, unknown>> = { type: 'object', properties: {} };
    for (let level = 0; level < 8; level += 1) deepest = { type: 'object', properties: { a: deepest } };
    expect(schemaProblem({ ...object, properties: { a: deepest } })).toBeNull();
    expect(schemaProblem({ ...object, properties: { a: { type: 'object', properties: { a: deepest } } } })).toBe('must be at most 20 levels deep');
    const matching = (length: number) => ({ ...object, properties: { a: { type: 'string', pattern: 'x'.repeat(length) } } });
    expect([schemaProblem(matching(200)), schemaProblem(matching(201))]).toEqual([null, 'must use no pattern longer than 200 characters']);
  });

  test('may state a member by its name and by a pattern, for no other engine matches the one with the other', () => {
    expect(schemaProblem({ ...object, properties: { ab: { type: 'string' } }, patternProperties: { '^a': { type: 'string' } } })).toBeNull();
  });

  test('may cost as much as is said, and not more', () => {
    const costing = (cost: number) => {
      const a = { type: 'string', pattern: '^.{900}$' };
      const again = { $ref: '#/properties/a' };
      const members = (more: number) => ({ ...object, properties: { a, b: again, c: again, d: again }, allOf: Array.from({ length: more }, () => ({})) });
      const least = schemaCost(members(0)) ?? 0;
      return members(cost - least);
    };
    expect([schemaCost(costing(4000)), schemaProblem(costing(4000)), schemaProblem(costing(4001))]).toEqual([4000, null, 'takes too long to judge by: use fewer references, or shorter patterns']);
  });

  test('may say much that is no pattern, may call a member so, and may hold null', () => {
    const many = Array.from({ length: 201 }, (_, at) => `m${at}`);
    for (const harmless of [{ description: 'x'.repeat(201) }, { properties: { pattern: { type: 'string' } } }, { dependentRequired: { pattern: many } }, { properties: { a: { default: { pattern: null } } } }]) {
      expect(schemaProblem({ ...object, ...harmless })).toBeNull();
    }
  });

  test('that cannot be used is told why in 500 characters at most', () => {
    const said = schemaProblem({ ...object, ['x'.repeat(1000)]: true });
    expect(said).toMatch(/^is no schema that can be used: strict mode: unknown keyword: "x+$/);
    expect(said).toHaveLength(500);
  });

  function twice(at: number): readonly object[] {
    return at >= 50 ? [] : [{ $ref: `#/$defs/a${at}` }, { $ref: `#/$defs/a${at}` }];
  }

  function nested(depth: number): Readonly<Record<string, unknown>> {
    let schema: Readonly<Record<string, unknown>> = { a: { type: 'string' } };
    for (let level = 0; level < depth; level += 1) schema = { a: { type: 'object', properties: schema } };
    return schema;
  }
});
