import type { Rule } from '../core/guard.ts';

export const REGISTERED_TWICE: Rule = {
  id: 'ownership/registered-twice',
  title: 'An address and method are registered once.',
  why: 'Of two handlers under one address one is never run, and which one depends on the order of a list.',
  instead: 'Remove one of the two, or give it a method of its own.',
};

export const OUTSIDE_ITS_DOMAIN: Rule = {
  id: 'ownership/outside-its-domain',
  title: "An operation is defined in the folder of its address's domain.",
  why: 'Who reads an address must know the file, and who owns a folder must own what is done under its name.',
  instead: "Move the definition into its domain's folder, or give it an address of the domain that it is in.",
};

export const UNREGISTERED_HANDLER: Rule = {
  id: 'ownership/unregistered-handler',
  title: 'Every operation that is defined is registered.',
  why: 'A handler that nothing registers looks like a guarded operation and is none: it is dead, or it is called past the registry.',
  instead: 'Name it in the list of operations, or remove it. Call the factory where the operation is defined, with its address written there.',
};

export const UNMADE_OPERATION: Rule = {
  id: 'ownership/unmade-operation',
  title: 'Every operation that is registered was made by a factory, where it says.',
  why: 'A copy of a definition, or one that was put together by hand, is registered like any other, and whatever is judged where definitions are made has passed it by.',
  instead: 'Call the factory for it, with its address written there; what two operations share is a function or a constant that both use.',
};

export const SHARED_ANCHOR: Rule = {
  id: 'ownership/shared-anchor',
  title: 'An anchor belongs to one domain.',
  why: 'Invariants guard anchors: one that two domains use has rules of one that judge the writes of the other.',
  instead: 'Give the operation an anchor of its own domain, and let the invariants that must guard both name both.',
};

export const FOREIGN_ENGINE: Rule = {
  id: 'ownership/foreign-engine',
  title: "A domain calls its own engines and drivers alone.",
  why: "What another domain decides and stores is behind that domain's invariants; a call past them makes its rules optional.",
  instead: "Take the value as a fact, dispatch the other domain's operation, or move what is nobody's own to where it is everybody's. What is meant to be used is said in the configuration, with its reason.",
};

export const UNUSED_PERMISSION: Rule = {
  id: 'ownership/unused-permission',
  title: 'What a domain may call beyond its own, it does call.',
  why: 'A permission that nobody needs any more is a door that nobody watches.',
  instead: 'Remove the file from `engines.mayUse` in the configuration.',
};

export const UNKNOWN_DISPATCH: Rule = {
  id: 'ownership/unknown-dispatch',
  title: 'What is dispatched exists.',
  why: 'A route to an operation that does not exist answers 404 for ever, and one whose address cannot be read can lead anywhere.',
  instead: 'Correct the address or the method, or register the operation. Write the address where it is dispatched.',
};

export const DISPATCH_OUTSIDE: Rule = {
  id: 'ownership/dispatch-outside-tables',
  title: 'Outside the folders of the planes only the files that run their tables dispatch.',
  why: 'What is dispatched where no plane is known is judged for none: it is a way past all tables.',
  instead: "Make it a route of a plane's table, in that plane's folder. What no plane asks for is said in the configuration, in `dispatch.outside`.",
};

export const FORBIDDEN_PLANE: Rule = {
  id: 'ownership/forbidden-plane',
  title: 'A plane dispatches only what is meant for it.',
  why: "An operation names the planes that may use it; a route of another plane either never works or lets in who must stay out.",
  instead: "Take the route away, or add the plane to the operation's `planes` where that is what is meant.",
};
