/**
 * Pages for places that take only so many bytes, as Docker Hub takes 25,000: first the list of tags goes, and where that is
 * not enough the end of the page. docker-library/docs, `push.pl`.
 */

const TAGS_HEADING = '# Supported tags and respective `Dockerfile` links\n\n';

export interface TrimOptions {
  /** Of UTF-8. */
  readonly limitBytes: number;
  /** Where the whole page is. */
  readonly wholePage: string;
}

/** Without the comment at its beginning, and without space around it. A limit that is too small for the notes leaves only these. */
export function trimDocument(page: string, { limitBytes, wholePage }: TrimOptions): string {
  const text = withoutComment(page.trim());
  if (Buffer.byteLength(text) <= limitBytes) return text;
  const note = `**Note:** this page is longer than the ${limitBytes} bytes that it may have here`;
  const withoutTags = replaceTags(
    text,
    `${note}, so the list of tags was left out.\n\n-\tSee [the whole page](${wholePage}#supported-tags-and-respective-dockerfile-links)\n\n`,
  );
  if (Buffer.byteLength(withoutTags) <= limitBytes) return withoutTags;
  const cut = `${note}, so its end was left out. See [the whole page](${wholePage}).`;
  const ending = `\n\n...\n\n${cut}`;
  const room = limitBytes - Buffer.byteLength(`${cut}\n\n${ending}`);
  const kept = beginningOf(text, room);
  return kept === '' ? cut : `${cut}\n\n${kept}${ending}`;
}

function withoutComment(text: string): string {
  if (!text.startsWith('<!--')) return text;
  const end = text.indexOf('-->');
  return end === -1 ? text : text.slice(end + '-->'.length).trimStart();
}

/** The list ends before the next heading of the first level, or before a line that begins with a link. */
function replaceTags(text: string, replacement: string): string {
  const heading = text.startsWith(TAGS_HEADING) ? 0 : text.indexOf(`\n${TAGS_HEADING}`) + 1;
  if (heading === 0 && !text.startsWith(TAGS_HEADING)) return text;
  const start = heading + TAGS_HEADING.length;
  const ends = ['\n# ', '\n['].map((mark) => text.indexOf(mark, start)).filter((at) => at !== -1);
  return ends.length === 0 ? text : text.slice(0, start) + replacement + text.slice(Math.min(...ends) + 1);
}

/** Whole paragraphs of at most so many bytes; never ends within a block of code. */
function beginningOf(text: string, bytes: number): string {
  const paragraphs = text.split('\n\n');
  let used = 0;
  let fence: string | null = null;
  let safe = 0;
  for (const [index, paragraph] of paragraphs.entries()) {
    used += Buffer.byteLength(paragraph) + (index === 0 ? 0 : 2);
    if (used > bytes) break;
    fence = fenceAfter(paragraph, fence);
    if (fence === null) safe = index + 1;
  }
  return paragraphs.slice(0, safe).join('\n\n').trimEnd();
}

/** The fence that is open after these lines. CommonMark 0.31, section 4.5. */
function fenceAfter(paragraph: string, before: string | null): string | null {
  let open = before;
  for (const line of paragraph.split('\n')) {
    const [, mark = '', rest = ''] = /^\s*(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (mark === '') continue;
    if (open === null) open = mark;
    else if (mark.startsWith(open) && rest.trim() === '') open = null;
  }
  return open;
}
