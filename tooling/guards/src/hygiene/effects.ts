import type { Workspace } from '../core/workspace.ts';
import type { Pure } from './hygiene-config.ts';
import type { Chain, Doing, Given, HygieneFacts, Value } from './hygiene-facts.ts';
import { callsGiven, globalCall, methodCall } from './known-inert.ts';

/** Something that running some code does beside making a value. */
export interface Problem {
  readonly kind: 'effect' | 'environment';
  readonly what: string;
}

/** What running some code comes to. */
export interface Outcome {
  readonly problems: readonly Problem[];
  /** The files at whose top something is changed. */
  readonly changes: ReadonlySet<string>;
  readonly callsGiven: boolean;
  readonly changesGiven: boolean;
  readonly changesSelf: boolean;
}

const NOTHING: Outcome = { problems: [], changes: new Set(), callsGiven: false, changesGiven: false, changesSelf: false };

/** What a value is, once other files have been asked. */
type Kind =
  | { readonly is: 'plain' | 'pure' | 'given' | 'self' }
  | { readonly is: 'instance'; readonly module: string; readonly name: string }
  | { readonly is: 'unknown'; readonly module: string | null };

type Call = Extract<Doing, { do: 'call' }>;

/** Tells what code does, across the files of a tree. Each function is followed once; one that calls itself does what the rest of it does. */
export class Effects {
  readonly #workspace: Workspace;
  readonly #facts: (path: string) => HygieneFacts;
  readonly #pure: Pure;
  readonly #neededOfPure: Set<string> = new Set();
  readonly #known = new Map<string, Outcome>();

  constructor(workspace: Workspace, facts: (path: string) => HygieneFacts, pure: Pure) {
    this.#workspace = workspace;
    this.#facts = facts;
    this.#pure = pure;
  }

  /** What of the configuration's `pure` was needed so far, as it is written there. */
  get neededOfPure(): ReadonlySet<string> {
    return this.#neededOfPure;
  }

  of(path: string, doings: readonly Doing[]): Outcome {
    return together(doings.map((doing) => this.#one(path, doing)));
  }

  #one(path: string, doing: Doing): Outcome {
    switch (doing.do) {
      case 'effect':
        return effect(doing.what);
      case 'environment':
        return { ...NOTHING, problems: [{ kind: 'environment', what: `reads ${doing.what}` }] };
      case 'call':
        return this.#call(path, doing);
      case 'method':
        return this.#method(path, this.#kindOf(path, doing.on), doing.name, doing, doing.on.is === 'named' ? (this.#workspace.symbols.originsOf(path, doing.on.of)[0]?.module ?? null) : null);
      case 'own':
        return this.#ownMethod(path, doing.key);
      case 'call given':
        return { ...NOTHING, callsGiven: true };
      case 'change given':
        return { ...NOTHING, changesGiven: true };
      case 'change self':
        return { ...NOTHING, changesSelf: true };
      case 'change':
        return this.#change(path, doing.of, doing.isGlobal);
      default:
        return doing satisfies never;
    }
  }

  #change(path: string, of: Chain, isGlobal: boolean): Outcome {
    if (isGlobal) return effect(`changes ${of.join('.')}, which is everybody's`);
    const origins = this.#workspace.symbols.originsOf(path, of);
    const others = origins.find(({ module }) => !this.#workspace.has(module));
    if (others !== undefined || origins.length === 0) return effect(`changes ${of.join('.')}, which is not its own`);
    return { ...NOTHING, changes: new Set(origins.map(({ module }) => module)) };
  }

  #call(path: string, call: Call): Outcome {
    const name = call.of.join('.');
    if (call.isGlobal) {
      if (call.calls > 0 || globalCall(name, call.isNew) === 'unknown') return this.#globalMethod(path, call) ?? effect(`calls ${name}, which is not known to only make a value`);
      return this.#given(path, call, callsGiven(name));
    }
    const origins = this.#workspace.symbols.originsOf(path, call.of);
    if (origins.length === 0) return effect(`calls ${name}, and where that comes from cannot be told`);
    return together(origins.map(({ module, name: exported, rest }) => {
      if (!this.#workspace.has(module)) return this.#isPure(module, [exported, ...rest]) ? NOTHING : effect(`calls ${[exported, ...rest].filter((part) => part !== '*').join('.')} of ${module}, which is not known to only make a value`);
      return this.#followed(path, module, exported, rest, call);
    }));
  }

  /** A method of a thing of the language that has a name of its own: `Math.PI.toFixed()`. */
  #globalMethod(path: string, call: Call): Outcome | undefined {
    const [first, ...rest] = call.of;
    return ['undefined', 'NaN', 'Infinity'].includes(first) && rest.length > 0 ? this.#given(path, call, false) : undefined;
  }

  /** What calling something of the tree comes to, the arguments with it. */
  #followed(path: string, module: string, name: string, rest: readonly string[], call: Call): Outcome {
    const facts = this.#facts(module);
    const whole = [name, ...rest].join('.');
    if (call.isNew) return Object.hasOwn(facts.functions, whole) ? this.#with(path, call, this.#class(module, whole)) : this.#unknown(whole, module);
    const key = whole + '()'.repeat(call.calls);
    if (Object.hasOwn(facts.functions, key)) return this.#with(path, call, this.#function(module, key));
    const value = facts.values[name];
    if (rest.length === 0 && value !== undefined) {
      if (value.is === 'made' || value.is === 'named') {
        const calls = value.is === 'made' ? value.calls + call.calls + 1 : call.calls;
        return this.#moved(path, module, { ...call, of: value.of, isGlobal: value.isGlobal, calls });
      }
      return this.#unknown(whole, module);
    }
    const method = rest.at(-1);
    const held = facts.values[[name, ...rest.slice(0, -1)].join('.')];
    if (method !== undefined && rest.length > 1 && held !== undefined) return this.#method(path, this.#kindOf(module, held), method, call, module);
    if (method !== undefined && value !== undefined) {
      return this.#method(path, rest.length === 1 ? this.#kindOf(module, value) : this.#within(this.#kindOf(module, value)), method, call, module);
    }
    // What a function answers may be a function of others: `customType({…})` of a query builder.
    const answer = call.calls > 0 ? facts.answers[whole + '()'.repeat(call.calls - 1)] : undefined;
    if (answer?.is === 'made') return this.#moved(path, module, { ...call, of: answer.of, isGlobal: answer.isGlobal, isNew: answer.isNew, calls: answer.calls + 1 });
    if (answer?.is === 'named') return this.#moved(path, module, { ...call, of: answer.of, isGlobal: answer.isGlobal, calls: 0 });
    return this.#unknown(whole, module);
  }

  /** A call that another file stands for: what is called is looked up there, what is given is looked up here. */
  #moved(path: string, module: string, call: Call): Outcome {
    const bare = this.#call(module, { ...call, bodies: [], names: [] });
    return together([bare, bare.callsGiven || call.bodies.length > 0 ? this.#givenIf(path, call, bare) : NOTHING]);
  }

  #givenIf(path: string, given: Given, { callsGiven }: Outcome): Outcome {
    return callsGiven ? this.#given(path, given, true) : NOTHING;
  }

  #within(kind: Kind): Kind {
    return kind.is === 'instance' ? { is: 'unknown', module: kind.module } : kind;
  }

  #method(path: string, kind: Kind, name: string, given: Given, module: string | null): Outcome {
    switch (kind.is) {
      case 'pure':
        return NOTHING;
      case 'instance': {
        const outcome = this.#methodOf(kind.module, kind.name, name);
        if (outcome === undefined) return this.#unknown(`${kind.name}.${name}`, kind.module);
        return together([this.#with(path, given, { ...outcome, changesSelf: false }), outcome.changesSelf ? changing(module) : NOTHING]);
      }
      case 'given':
      case 'self':
      case 'plain':
      case 'unknown': {
        const comesTo = methodCall(name);
        if (comesTo === 'value') return this.#given(path, given, callsGiven(name));
        if (comesTo === 'changes it' && kind.is !== 'unknown') {
          return together([this.#given(path, given, callsGiven(name)), kind.is === 'given' ? { ...NOTHING, changesGiven: true } : kind.is === 'self' ? { ...NOTHING, changesSelf: true } : changing(module)]);
        }
        return kind.is === 'given' ? { ...NOTHING, callsGiven: true } : effect(`calls .${name}(), and what that does cannot be told`);
      }
      default:
        return kind satisfies never;
    }
  }

  /** What a function does, and what it does with what it is given. */
  #with(path: string, given: Given, outcome: Outcome): Outcome {
    const changed = outcome.changesGiven ? given.names.find(({ of, isGlobal }) => isGlobal || this.#workspace.symbols.originsOf(path, of).some(({ module }) => module !== path)) : undefined;
    return together([
      { ...outcome, callsGiven: false, changesGiven: false, changesSelf: false },
      this.#givenIf(path, given, outcome),
      changed === undefined ? NOTHING : effect(`has ${changed.of.join('.')} changed, which is not its own`),
    ]);
  }

  /** What the functions among arguments do when they are called. @param areCalled whether what takes them is known to call them: then those of others count too */
  #given(path: string, { bodies, names }: Given, areCalled: boolean): Outcome {
    const named = names.flatMap(({ of, isGlobal }): readonly Outcome[] => {
      const whole = of.join('.');
      if (isGlobal) return areCalled && whole !== 'undefined' && globalCall(whole, false) === 'unknown' && globalCall(whole, true) === 'unknown' ? [effect(`has ${whole} called, which is not known to only make a value`)] : [];
      return this.#workspace.symbols.originsOf(path, of).flatMap(({ module, name, rest }) => {
        const key = [name, ...rest].join('.');
        if (!this.#workspace.has(module)) return areCalled && !this.#isPure(module, [name, ...rest]) ? [effect(`has ${key} of ${module} called, which is not known to only make a value`)] : [];
        return this.#workspace.has(module) && Object.hasOwn(this.#facts(module).functions, key) && this.#facts(module).bases[key] === undefined ? [this.#function(module, key)] : [];
      });
    });
    const outcome = together([this.of(path, bodies), ...named]);
    return { ...outcome, callsGiven: outcome.callsGiven && bodies.length > 0, changesGiven: false, changesSelf: false };
  }

  #function(module: string, key: string): Outcome {
    return this.#once(`${module}\0${key}`, () => this.#told(module, key, this.of(module, this.#facts(module).functions[key] ?? [])));
  }

  #class(module: string, name: string): Outcome {
    return this.#once(`${module}\0new ${name}`, () => {
      const { functions, bases } = this.#facts(module);
      const base = bases[name];
      const above = base === undefined ? NOTHING : this.#base(module, base);
      return this.#told(module, `new ${name}`, together([above, this.of(module, functions[name] ?? [])]));
    });
  }

  #base(module: string, base: Chain): Outcome {
    const isDeclared = this.#workspace.symbols.originsOf(module, base).some((origin) => origin.module !== module || Object.hasOwn(this.#facts(module).functions, origin.name));
    return this.#call(module, { do: 'call', of: base, isGlobal: !isDeclared, isNew: true, calls: 0, bodies: [], names: [], line: 0, column: 0 });
  }

  #ownMethod(path: string, key: string): Outcome {
    const [owner = '', method = ''] = key.split('#', 2);
    const name = method === '' ? `#${key.split('##')[1] ?? ''}` : method;
    return this.#methodOf(path, owner, name) ?? (methodCall(name) === 'value' ? NOTHING : { ...NOTHING, callsGiven: false });
  }

  /** A method of a class, or of the classes that it extends. */
  #methodOf(module: string, name: string, method: string): Outcome | undefined {
    const { functions, bases } = this.#facts(module);
    const key = `${name}#${method}`;
    if (Object.hasOwn(functions, key)) return this.#function(module, key);
    const base = bases[name];
    if (base === undefined) return undefined;
    const [above] = this.#workspace.symbols.originsOf(module, base);
    if (above === undefined) return undefined;
    if (!this.#workspace.has(above.module)) return this.#isPure(above.module, [above.name]) ? NOTHING : undefined;
    return above.module === module && above.name === name ? undefined : this.#methodOf(above.module, above.name, method);
  }

  /** Names the function in what it does, so that a finding tells the way. */
  #told(module: string, key: string, outcome: Outcome): Outcome {
    const name = key.replace(/(\(\))+$/, '');
    return { ...outcome, problems: outcome.problems.map(({ kind, what }) => ({ kind, what: `by ${name} of ${module}: ${what}` })) };
  }

  #once(key: string, find: () => Outcome): Outcome {
    const answer = this.#known.get(key);
    if (answer !== undefined) return answer;
    this.#known.set(key, NOTHING);
    const outcome = find();
    this.#known.set(key, outcome);
    return outcome;
  }

  #kindOf(path: string, value: Value, patience: number = 12): Kind {
    if (patience === 0) return { is: 'unknown', module: null };
    switch (value.is) {
      case 'plain':
      case 'given':
      case 'self':
        return value;
      case 'unknown':
        return { is: 'unknown', module: path };
      case 'named': {
        if (value.isGlobal) return { is: 'plain' };
        const [origin] = this.#workspace.symbols.originsOf(path, value.of);
        if (origin === undefined) return { is: 'unknown', module: null };
        if (!this.#workspace.has(origin.module)) return { is: this.#isPure(origin.module, [origin.name, ...origin.rest]) ? 'pure' : 'unknown', module: null };
        const { values, functions } = this.#facts(origin.module);
        const found = values[origin.name];
        if (found !== undefined && !(origin.module === path && found.is === 'named' && found.of.join() === value.of.join())) return this.#kindOf(origin.module, found, patience - 1);
        return { is: Object.hasOwn(functions, origin.name) ? 'plain' : 'unknown', module: origin.module };
      }
      case 'made': {
        if (value.isGlobal) return globalCall(value.of.join('.'), value.isNew) === 'unknown' ? { is: 'unknown', module: null } : { is: 'plain' };
        const [origin] = this.#workspace.symbols.originsOf(path, value.of);
        if (origin === undefined) return { is: 'unknown', module: null };
        if (!this.#workspace.has(origin.module)) return { is: this.#isPure(origin.module, [origin.name, ...origin.rest]) ? 'pure' : 'unknown', module: null };
        const key = [origin.name, ...origin.rest].join('.');
        if (value.isNew) return { is: 'instance', module: origin.module, name: key };
        const { answers, values } = this.#facts(origin.module);
        const answer = answers[key + '()'.repeat(value.calls)];
        if (answer !== undefined) return this.#kindOf(origin.module, answer, patience - 1);
        // A method of a thing of the language answers another.
        const held = origin.rest.length > 0 ? values[origin.name] : undefined;
        return held === undefined ? { is: 'unknown', module: origin.module } : this.#within(this.#kindOf(origin.module, held, patience - 1));
      }
      default:
        return value satisfies never;
    }
  }

  #isPure(module: string, names: readonly string[]): boolean {
    const asked = module.replace(/^npm:/, '');
    const exported = `${asked}#${names.filter((name) => name !== '*')[0] ?? ''}`;
    const listed = this.#pure.modules.find((pure) => asked === pure || asked.startsWith(`${pure}/`)) ?? this.#pure.exports?.find((pure) => pure === exported);
    if (listed !== undefined) this.#neededOfPure.add(listed);
    return listed !== undefined;
  }

  #unknown(name: string, module: string): Outcome {
    return effect(`calls ${name} of ${module}, and what that does cannot be told`);
  }
}

/** `null`: something that nobody else has. */
const changing = (module: string | null): Outcome => (module === null ? NOTHING : { ...NOTHING, changes: new Set([module]) });
const effect = (what: string): Outcome => ({ ...NOTHING, problems: [{ kind: 'effect', what }] });

function together(outcomes: readonly Outcome[]): Outcome {
  const [only] = outcomes;
  if (outcomes.length === 1 && only !== undefined) return only;
  return {
    problems: outcomes.flatMap(({ problems }) => problems),
    changes: new Set(outcomes.flatMap(({ changes }) => [...changes])),
    callsGiven: outcomes.some(({ callsGiven }) => callsGiven),
    changesGiven: outcomes.some(({ changesGiven }) => changesGiven),
    changesSelf: outcomes.some(({ changesSelf }) => changesSelf),
  };
}
