/** What the list of changes shows a person, read out of the page and nothing else. */
import type { OpenPanel } from './openPanel.ts';

export interface DrawnChanges {
  /** `certain: 3 lost, 1 gained`, and what is not decidable, as the page words it. */
  readonly summary: string;
  /** Headings, with the numbers that they give. */
  readonly groups: readonly { readonly subject: string; readonly counts: string }[];
  /** Single pairs: rows of one pair, and the pairs of rows that were unfolded. */
  readonly pairs: readonly DrawnPair[];
  /** What is not decided, line by line. */
  readonly unknown: readonly { readonly ends: string; readonly direction: string; readonly why: string }[];
}

export interface DrawnPair {
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly ports: string;
  /** Names of policies. */
  readonly causes: readonly string[];
}

/** Unfolds everything, and waits until all of it is there. The window has to be high enough for every line. */
export async function unfoldAll({ page, settled }: OpenPanel): Promise<void> {
  await settled();
  while (await page.evaluate(unfold)) await settled();
}

export async function drawnChanges({ page }: OpenPanel): Promise<DrawnChanges> {
  return page.evaluate(read);
}

/** Runs in the page: whether something was folded. */
function unfold(): boolean {
  const folded = [...document.querySelectorAll<HTMLElement>('.lines [aria-expanded=false] .twist')];
  for (const twist of folded) twist.click();
  return folded.length > 0 || document.querySelector('.line.more') !== null;
}

/** Runs in the page. */
function read(): DrawnChanges {
  const all = (from: ParentNode, selector: string): HTMLElement[] => [...from.querySelectorAll<HTMLElement>(selector)];
  const words = (element: Element | null): string => (element?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
  const lines = all(document, '.lines > [role=row]');
  const list = document.querySelector('.lines');
  if (Number(list?.getAttribute('aria-rowcount')) !== lines.length) throw new Error('not every line is in the window');
  const groups: { subject: string; counts: string }[] = [];
  const pairs: DrawnPair[] = [];
  const unknown: { ends: string; direction: string; why: string }[] = [];
  let namespace = '';
  for (const line of lines) {
    const isRow = line.classList.contains('row');
    const [from = '', to = ''] = all(line, '.ends .name').map(words);
    if (line.classList.contains('group')) {
      const subject = words(line.querySelector('.name'));
      namespace = subject.slice(0, subject.indexOf('/'));
      groups.push({ subject, counts: words(line.querySelector('.quiet')) });
    } else if (line.classList.contains('pair') || (isRow && !line.hasAttribute('aria-expanded'))) {
      // Below a heading its namespace goes without saying.
      const end = (name: string): string => (isRow && /^[\w-]+$/.test(name) ? `${namespace}/${name}` : name);
      pairs.push({
        type: words(line.querySelector('.sign .hidden')),
        from: end(from),
        to: end(to),
        ports: words(line.querySelector('.ports')),
        causes: all(line, '.cause .name').map(words),
      });
    } else if (line.classList.contains('unknownRow')) {
      unknown.push({
        ends: to === '' ? from : `${from} → ${to}`,
        direction: words(line.querySelector('.ports')),
        why: words(line.querySelector('.cause')),
      });
    }
  }
  return { summary: words(document.querySelector('.summary')), groups, pairs, unknown };
}
