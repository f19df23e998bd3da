// JavaScript: this runs before the pinned Node is known to be the one in charge.
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * What the repository pins, and what is there.
 * @typedef {object} Toolchain
 * @property {string} packageManager as in package.json: `pnpm@<version>`
 * @property {string | undefined} nodeVersion as in pnpm-workspace.yaml
 * @property {Readonly<Record<string, string>>} catalog every version once
 * @property {Readonly<Record<string, string>>} extensions what pnpm adds to a package's dependencies, by `<package>@<major>><dependency>`
 * @property {Readonly<Record<string, string>>} declared what the root's manifest asks for
 * @property {Readonly<Record<string, Readonly<Record<string, string>>>>} manifests every dependency of every package, by the manifest's path
 * @property {Readonly<Record<string, string>>} commands files that name a version of pnpm, with their text
 * @property {string} runningNode
 * @property {string | undefined} runningPnpm undefined when no pnpm script is running
 * @property {Readonly<Record<string, string | undefined>>} installed the root's tools by name; undefined: not installed
 * @property {string | undefined} cruiserTypescript the version of TypeScript that dependency-cruiser loads
 */

/**
 * Reads it all from the disk and from this process.
 * @param {string} root the repository's root
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Toolchain}
 */
export function readToolchain(root, env) {
  const manifest = readJson(join(root, 'package.json'));
  const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const declared = dependenciesOf(manifest);
  return {
    packageManager: String(manifest['packageManager']),
    nodeVersion: /^nodeVersion: *(\S+)/m.exec(workspace)?.[1],
    catalog: catalogOf(workspace),
    extensions: extensionsOf(workspace),
    declared,
    manifests: Object.fromEntries(manifestsOf(root).map((path) => [path, dependenciesOf(readJson(join(root, path)))])),
    commands: Object.fromEntries(
      ['README.md', 'CONTRIBUTING.md', '.ci/run'].filter((path) => existsSync(join(root, path))).map((path) => [path, readFileSync(join(root, path), 'utf8')]),
    ),
    runningNode: process.versions.node,
    runningPnpm: /(?:^| )pnpm\/(\S+)/.exec(env['npm_config_user_agent'] ?? '')?.[1],
    installed: Object.fromEntries(Object.keys(declared).map((name) => [name, versionIn(join(root, 'node_modules', name))])),
    cruiserTypescript: versionSeenFrom(join(root, 'node_modules', 'dependency-cruiser'), 'typescript'),
  };
}

/**
 * The `catalog:` block of pnpm-workspace.yaml: one `name: version` a line. Reading these lines takes no YAML library, which
 * matters because nothing may be installed yet.
 * @param {string} workspace
 * @returns {Record<string, string>}
 */
export function catalogOf(workspace) {
  const block = /^catalog:\n((?: +.*\n?|\n)*)/m.exec(workspace)?.[1] ?? '';
  return Object.fromEntries([...block.matchAll(/^ +"?([^\s":]+)"?: *"?([^\s"#]+)"?/gm)].map(([, name = '', version = '']) => [name, version]));
}

/**
 * The `packageExtensions:` block: `name@major: { dependencies: { other: version } }` a line.
 * @param {string} workspace
 * @returns {Record<string, string>}
 */
export function extensionsOf(workspace) {
  const block = /^packageExtensions:\n((?: +.*\n?|\n)*)/m.exec(workspace)?.[1] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/^ +"?([^\s":]+)"?: *\{ *dependencies: *\{ *"?([^\s":]+)"?: *"?([^\s"},]+)"? *\} *\}/gm)].map(([, who = '', what = '', version = '']) => [
      `${who}>${what}`,
      version,
    ]),
  );
}

/** @param {string} root */
const manifestsOf = (root) => [
  'package.json',
  ...['packages', 'apps', 'tooling'].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder))
          .map((name) => `${folder}/${name}/package.json`)
          .filter((path) => existsSync(join(root, path)))
      : [],
  ),
];

/**
 * @param {Record<string, unknown>} manifest
 * @returns {Record<string, string>}
 */
const dependenciesOf = (manifest) =>
  Object.fromEntries(
    ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {}).map(([name, range]) => [name, String(range)]),
    ),
  );

/**
 * @param {string} path
 * @returns {Record<string, unknown>}
 */
const readJson = (path) => /** @type {Record<string, unknown>} */ (JSON.parse(readFileSync(path, 'utf8')));

/** @param {string} folder */
function versionIn(folder) {
  const path = join(folder, 'package.json');
  return existsSync(path) ? String(readJson(path)['version']) : undefined;
}

/**
 * The version of a package that code in another package's folder gets.
 * @param {string} folder
 * @param {string} name
 */
function versionSeenFrom(folder, name) {
  if (!existsSync(folder)) return undefined;
  try {
    // Node takes a linked package's real path, so the question is asked from there.
    return String(readJson(createRequire(join(realpathSync(folder), 'package.json')).resolve(`${name}/package.json`))['version']);
  } catch {
    return undefined;
  }
}
