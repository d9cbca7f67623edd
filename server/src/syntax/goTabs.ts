import { lexAsGo } from './goLexer.ts';

/**
 * The offset of the first tab where Go's reader refuses one and YAML 1.2 does not: where a token of a block could
 * start (at a line's start, behind a dash), and in the indentation of a block scalar.
 */
export function refusedTab(text: string): number | undefined {
  if (!text.includes('\t')) return undefined;
  let offset = 0;
  let lineStart = 0;
  let flowLevel = 0;
  let tokenMayStart = true;
  let plain = false;
  let scalar = false;
  let block = false;
  for (const token of lexAsGo(text)) {
    if (CONTROL.has(token)) {
      scalar = token === SCALAR;
      continue;
    }
    if (scalar) {
      const tab = block ? tabInIndentation(token) : -1;
      if (tab >= 0) return offset + tab;
      plain = !block;
      tokenMayStart = block;
      block = false;
    } else if (token === '\n' || token === '\r\n') {
      tokenMayStart ||= flowLevel === 0;
      lineStart = offset + token.length;
    } else if (/^[ \t]+$/.test(token)) {
      const tab = token.indexOf('\t');
      // Lines of white space behind a plain scalar belong to it as far as they are indented.
      const eaten = plain && (offset > lineStart || tab > 0);
      if (tab >= 0 && flowLevel === 0 && tokenMayStart && !eaten) return offset + tab;
    } else if (!token.startsWith('#')) {
      if (token === '{' || token === '[') flowLevel++;
      else if (token === '}' || token === ']') flowLevel = Math.max(0, flowLevel - 1);
      tokenMayStart = flowLevel === 0 && (token === '-' || token === '?');
      block = /^[|>]/.test(token);
      plain = false;
    }
    scalar = false;
    offset += token.length;
  }
  return undefined;
}

const SCALAR = '\x1f';
/** What the lexer says without standing for any text: document start, scalar, end of a flow collection. */
const CONTROL: ReadonlySet<string> = new Set(['\x02', SCALAR, '\x18']);

function tabInIndentation(block: string): number {
  const indentation = /^ *(?=[^ \t\r\n])/m.exec(block)?.[0].length ?? Infinity;
  const tab = /^( *)\t/gm;
  for (const match of block.matchAll(tab)) {
    if ((match[1]?.length ?? 0) < indentation) return match.index + (match[1]?.length ?? 0);
  }
  return -1;
}
