// JavaScript: this runs before the pinned Node is known to be the one in charge.

/**
 * A tool that is not the pinned one, and what to do about it.
 * @typedef {object} Finding
 * @property {string} fault
 * @property {string} remedy
 */

const REINSTALL = 'If that is what you did: remove node_modules and run `npx --yes <packageManager> install`, without --ignore-scripts.';
const REINSTALL_ALL = 'Remove node_modules and run `npx --yes <packageManager> install`.';

/**
 * Holds the tools in use against the pins.
 * @param {import('./read.mjs').Toolchain} toolchain
 * @returns {readonly Finding[]} none when all is as pinned
 */
export function checkPins(toolchain) {
  const findings = [...nodePins(toolchain), ...pnpmPins(toolchain), ...installedTools(toolchain), ...cruiserTypescript(toolchain), ...manifests(toolchain)];
  return findings.map((finding) => spelledOut(finding, toolchain));
}

/**
 * The one pin without which nothing runs at all: Node's.
 * @param {import('./read.mjs').Toolchain} toolchain
 * @returns {readonly Finding[]}
 */
export function checkNode(toolchain) {
  return nodePins(toolchain).map((finding) => spelledOut(finding, toolchain));
}

/**
 * @param {Finding} finding
 * @param {import('./read.mjs').Toolchain} toolchain
 * @returns {Finding}
 */
const spelledOut = ({ fault, remedy }, { packageManager }) => ({ fault, remedy: remedy.replaceAll('<packageManager>', packageManager) });

/**
 * @param {import('./read.mjs').Toolchain} toolchain
 * @returns {Finding[]}
 */
function nodePins({ catalog, nodeVersion, runningNode }) {
  const pin = catalog['node'];
  if (pin === undefined) return [{ fault: 'pnpm-workspace.yaml pins no Node', remedy: 'Give its catalog a line `node: <version>`.' }];
  /** @type {Finding[]} */
  const findings = [];
  if (runningNode !== pin) {
    findings.push({
      fault: `this runs on Node ${runningNode}, the pin is ${pin}`,
      remedy: `Run it as \`npx --yes <packageManager> <script>\`, which brings its own Node. ${REINSTALL}`,
    });
  }
  if (nodeVersion !== pin) {
    findings.push({
      fault: `pnpm-workspace.yaml says nodeVersion ${nodeVersion ?? 'nothing'}, its catalog says node ${pin}`,
      remedy: 'Write the same version in both places.',
    });
  }
  return findings;
}

/**
 * @param {import('./read.mjs').Toolchain} toolchain
 * @returns {Finding[]}
 */
function pnpmPins({ packageManager, runningPnpm, commands }) {
  const pin = /^pnpm@(\d+\.\d+\.\d+)$/.exec(packageManager)?.[1];
  if (pin === undefined) {
    return [{ fault: `package.json's packageManager is ${packageManager}`, remedy: 'Pin one exact version: "packageManager": "pnpm@<major>.<minor>.<patch>".' }];
  }
  /** @type {Finding[]} */
  const findings = [];
  if (runningPnpm !== pin) {
    findings.push({
      fault: runningPnpm === undefined ? 'this does not run as a pnpm script' : `this runs under pnpm ${runningPnpm}, the pin is ${pin}`,
      remedy: 'Call it as `npx --yes <packageManager> <script>`.',
    });
  }
  for (const [path, text] of Object.entries(commands)) {
    for (const [, version = ''] of text.matchAll(/\bpnpm@(\d[\w.-]*\w)/g)) {
      if (version !== pin) findings.push({ fault: `${path} calls pnpm ${version}, the pin is ${pin}`, remedy: `Write pnpm@${pin} in ${path}.` });
    }
  }
  return findings;
}

/**
 * @param {import('./read.mjs').Toolchain} toolchain
 * @returns {Finding[]}
 */
function installedTools({ declared, catalog, installed }) {
  return Object.entries(declared).flatMap(([name, range]) => {
    if (range !== 'catalog:') return [];
    const pin = catalog[name];
    if (pin === undefined) return [{ fault: `${name} has no version in the catalog`, remedy: `Give the catalog of pnpm-workspace.yaml a line for ${name}.` }];
    if (installed[name] === pin) return [];
    return [{ fault: `${name} is ${installed[name] ?? 'not installed'}, the pin is ${pin}`, remedy: REINSTALL_ALL }];
  });
}

/**
 * Without TypeScript's JS API, which TypeScript 7 has not, dependency-cruiser reads nothing and passes.
 * @param {import('./read.mjs').Toolchain} toolchain
 * @returns {Finding[]}
 */
function cruiserTypescript({ extensions, cruiserTypescript }) {
  const pin = Object.entries(extensions).find(([name]) => /^dependency-cruiser@\d+>typescript$/.test(name))?.[1];
  if (pin === undefined) {
    return [
      {
        fault: 'nothing gives dependency-cruiser a TypeScript with a JS API, so it would pass having read nothing',
        remedy: 'Keep packageExtensions: { dependency-cruiser@<major>: { dependencies: { typescript: <6.x> } } } in pnpm-workspace.yaml.',
      },
    ];
  }
  if (cruiserTypescript === pin) return [];
  return [{ fault: `dependency-cruiser reads with TypeScript ${cruiserTypescript ?? '(none)'}, the pin is ${pin}`, remedy: REINSTALL_ALL }];
}

/**
 * @param {import('./read.mjs').Toolchain} toolchain
 * @returns {Finding[]}
 */
function manifests({ manifests, catalog }) {
  return Object.entries(manifests).flatMap(([path, dependencies]) =>
    Object.entries(dependencies).flatMap(([name, range]) => {
      if (range.startsWith('workspace:')) return [];
      if (range !== 'catalog:') return [{ fault: `${path} asks for ${name} ${range}`, remedy: 'Write "catalog:" there and the version in pnpm-workspace.yaml.' }];
      if (catalog[name] === undefined) return [{ fault: `${path} asks for ${name}, which the catalog does not have`, remedy: 'Give the catalog a line for it.' }];
      return [];
    }),
  );
}
