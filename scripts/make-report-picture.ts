/** Makes docs/images/inspect.svg, the README's picture, from the report about the bundled sample image. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { run } from '../src/cli/main.ts';

const WIDTH = 108;
const CHARACTER = { width: 7.83, height: 17 };
const MARGIN = 18;

const COLOURS: Readonly<Record<string, string>> = {
  '31': '#e5484d',
  '32': '#30a46c',
  '33': '#d9a514',
  '35': '#b87be0',
  '36': '#3bb2c4',
};

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

// oxlint-disable-next-line no-control-regex -- the escape sequences that colour a terminal
const SGR = /\u001b\[(\d+)m/;

/** One line with its colours (SGR sequences) as spans; `style` lasts from one sequence to the next. */
function toSpans(line: string): string {
  let style: { bold?: boolean; dim?: boolean; colour?: string } = {};
  // split by a pattern with a group: texts at even places, codes at odd ones
  return line
    .split(SGR)
    .map((part, place) => {
      const code = place % 2 === 1 ? part : undefined;
      if (code === undefined) {
        if (part === '') return '';
        const attributes = [
          style.bold ? 'font-weight="bold"' : '',
          style.dim ? 'opacity="0.6"' : '',
          style.colour ? `fill="${style.colour}"` : '',
        ];
        return `<tspan ${attributes.join(' ').trim()}>${escapeXml(part)}</tspan>`;
      }
      if (code === '1') style = { ...style, bold: true };
      else if (code === '2') style = { ...style, dim: true };
      else if (code === '22') style = style.colour ? { colour: style.colour } : {};
      else if (code === '39') style = { ...style, colour: '' };
      else style = { ...style, colour: COLOURS[code] ?? '' };
      return '';
    })
    .join('');
}

let text = '';
await run(['inspect', 'oci-dir:examples/sample-image', '--no-cache'], {
  environment: { ...process.env, FORCE_COLOR: '1' },
  workingDirectory: '/',
  stdout: { columns: WIDTH, write: (part: string) => void (text += part) },
  stderr: process.stderr,
  signal: new AbortController().signal,
  now: () => Date.now(),
});

const lines = text.trimEnd().split('\n');
const width = Math.ceil(WIDTH * CHARACTER.width + 2 * MARGIN);
const height = lines.length * CHARACTER.height + 2 * MARGIN;
const rows = lines.map(
  (line, index) =>
    `<text x="${MARGIN}" y="${MARGIN + 13 + index * CHARACTER.height}" xml:space="preserve">${toSpans(line)}</text>`,
);
mkdirSync(new URL('../docs/images/', import.meta.url), { recursive: true });
writeFileSync(
  new URL('../docs/images/inspect.svg', import.meta.url),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>hallmark inspect: the report about the sample image</title>
<rect width="100%" height="100%" rx="8" fill="#16181d"/>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13" fill="#d6dae0">
${rows.join('\n')}
</g>
</svg>
`,
);
