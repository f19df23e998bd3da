import { parseArgs } from 'node:util';

/**
 * As much of curl as the README uses, for machines without it. Options that it does not know are refused, so that the README
 * cannot come to use one that this does not understand.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    request: { type: 'string', short: 'X', default: 'GET' },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    data: { type: 'string', short: 'd' },
    'write-out': { type: 'string', short: 'w', default: '' },
    silent: { type: 'boolean', short: 's' },
    'show-error': { type: 'boolean', short: 'S' },
  },
});
const [url] = positionals;
if (url === undefined || positionals.length > 1) throw new Error('one URL, please');
const headers = values.header.map((header): [string, string] => {
  const colon = header.indexOf(':');
  return [header.slice(0, colon), header.slice(colon + 1).trim()];
});
const response = await fetch(url, { method: values.request, headers, ...(values.data === undefined ? {} : { body: values.data }) });
process.stdout.write((await response.text()) + values['write-out'].replaceAll(String.raw`\n`, '\n'));
