/** A piece of a file that is one YAML document, its `---` line and what stands before it included. */
export interface DocumentSlice {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a text at document markers. A `---` or `...` at column 0 ends the document before it whatever that is in the
 * middle of, also a block scalar or a quoted scalar (YAML 1.2, c-forbidden). Comments and directives before a `---`
 * belong to the document that it starts. A text without markers is one document, an empty text none.
 */
export function cutDocuments(text: string): readonly DocumentSlice[] {
  const slices: DocumentSlice[] = [];
  let start = 0;
  let begun = false;
  let dashes = nextMarker(text, '---', 0);
  let dots = nextMarker(text, '...', 0);
  while (dashes < text.length || dots < text.length) {
    if (dots < dashes) {
      const end = lineEnd(text, dots);
      if (begun || hasDirective(text, start, dots) || hasContent(text, start, dots)) slices.push({ start, end });
      start = end;
      begun = false;
      dots = nextMarker(text, '...', end);
    } else {
      if (begun || hasContent(text, start, dashes)) {
        slices.push({ start, end: dashes });
        start = dashes;
      }
      begun = true;
      dashes = nextMarker(text, '---', dashes + 3);
    }
  }
  const end = text.length;
  if (begun || hasDirective(text, start, end) || hasContent(text, start, end)) slices.push({ start, end });
  return slices;
}

/** Offset of the next marker at a line's start; the text's length where there is none. */
function nextMarker(text: string, marker: string, from: number): number {
  const first = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  if (from === 0 && text.startsWith(marker, first) && endsToken(text, first + 3)) return first;
  // Lines are many and markers' units few: looking for the marker and then for its line's start is several times faster.
  for (let at = text.indexOf(marker, Math.max(1, from)); at >= 0; at = text.indexOf(marker, at + 1)) {
    if (text.charCodeAt(at - 1) === 0x0a && endsToken(text, at + 3)) return at;
  }
  return text.length;
}

function endsToken(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return Number.isNaN(unit) || unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** Directives that no document follows are a fault that somebody has to hear of. */
function hasDirective(text: string, start: number, end: number): boolean {
  const at = text.indexOf('%', start);
  return at >= 0 && at < end && /^%/m.test(text.slice(start, end));
}

/** Whether anything but blank lines, comments and directives stands between two offsets (both at a line's start). */
function hasContent(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at = lineEnd(text, at)) {
    let first = at;
    while (first < end && BLANK.has(text.charCodeAt(first))) first++;
    const unit = text.charCodeAt(first);
    if (first < end && unit !== 0x0a && unit !== 0x23 && !(unit === 0x25 && first === at)) return true;
  }
  return false;
}

const BYTE_ORDER_MARK = 0xfeff;
/** Space, tab, carriage return. */
const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, BYTE_ORDER_MARK]);
