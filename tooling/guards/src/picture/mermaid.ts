import { OUTSIDE, type LayerEdge, type LayerGraph } from './layer-graph.ts';

const RED = 'stroke:#cf222e,color:#cf222e,stroke-width:3px';
const GREEN = 'stroke:#1a7f37,color:#1a7f37,stroke-width:3px';
const GREY = 'stroke:#8c959f,color:#8c959f,stroke-dasharray:4';

interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly now: LayerEdge | undefined;
  readonly before: LayerEdge | undefined;
}

/**
 * Draws layers and the imports between them: broken ones red. Against a base, what is new is green and what is gone grey and dashed;
 * numbers say by how much they have changed.
 * @param base the same layers at another commit
 */
export function toMermaid(graph: LayerGraph, base?: LayerGraph): string {
  const names = [...graph.layers.keys(), ...(graph.edges.some(({ to }) => to === OUTSIDE) ? [OUTSIDE] : [])];
  const idOf = (name: string): string => `l${names.indexOf(name)}`;
  const edges = edgesOf(graph, base);
  const drawn = edges.map(({ from, to, now, before }, index) => {
    const isGone = (now?.imports ?? 0) === 0 && (now?.broken ?? 0) === 0;
    const isNew = base !== undefined && before === undefined;
    const style = (now?.broken ?? 0) > 0 ? RED : isGone ? GREY : isNew ? GREEN : undefined;
    return {
      line: `  ${idOf(from)} ${isGone ? '-.->' : isNew ? '==>' : '-->'}|"${labelOf(now, before, base !== undefined)}"| ${idOf(to)}`,
      style: style === undefined ? undefined : `  linkStyle ${index} ${style}`,
    };
  });
  return [
    `%% Imports between layers${base === undefined ? '' : ', against a base commit: new ones thick and green, gone ones dashed'}. Broken ones are red.`,
    'flowchart TB',
    ...names.map((name) => `  ${idOf(name)}["${nodeOf(name, graph, base)}"]${classOf(name, graph, base)}`),
    ...drawn.map(({ line }) => line),
    ...drawn.flatMap(({ style }) => (style === undefined ? [] : [style])),
    `  classDef added ${GREEN}`,
    `  classDef gone ${GREY}`,
    '',
  ].join('\n');
}

function edgesOf(graph: LayerGraph, base: LayerGraph | undefined): readonly DrawnEdge[] {
  const keyOf = ({ from, to }: LayerEdge): string => JSON.stringify([from, to]);
  const [now, before] = [new Map(graph.edges.map((edge) => [keyOf(edge), edge])), new Map((base?.edges ?? []).map((edge) => [keyOf(edge), edge]))];
  const order = [...graph.layers.keys(), OUTSIDE];
  return [...new Map([...now, ...before])]
    .map(([key, { from, to }]) => ({ from, to, now: now.get(key), before: before.get(key) }))
    .sort((a, b) => order.indexOf(a.from) - order.indexOf(b.from) || order.indexOf(a.to) - order.indexOf(b.to));
}

function labelOf(now: LayerEdge | undefined, before: LayerEdge | undefined, hasBase: boolean): string {
  const [imports, broken] = [now?.imports ?? 0, now?.broken ?? 0];
  const change = hasBase ? changeOf(imports, before?.imports ?? 0) : '';
  return `${imports}${change}${broken === 0 ? '' : `, ${broken} broken`}`;
}

function nodeOf(name: string, graph: LayerGraph, base: LayerGraph | undefined): string {
  if (name === OUTSIDE) return 'packages of others';
  const files = graph.layers.get(name) ?? 0;
  return `${escaped(name)}<br/>${files}${base === undefined ? '' : changeOf(files, base.layers.get(name) ?? 0)} ${files === 1 ? 'file' : 'files'}`;
}

function classOf(name: string, graph: LayerGraph, base: LayerGraph | undefined): string {
  if (base === undefined || name === OUTSIDE) return '';
  if ((base.layers.get(name) ?? 0) === 0) return ':::added';
  return (graph.layers.get(name) ?? 0) === 0 ? ':::gone' : '';
}

const changeOf = (now: number, before: number): string => (now === before ? '' : ` (${now > before ? '+' : '−'}${Math.abs(now - before)})`);

/** What would end a quoted label, or be read as markup. */
const escaped = (text: string): string => text.replaceAll('&', '#38;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;');
