/** The graph as it is drawn, in the theme's colours, as a file: base64. Undefined where none is drawn. */
export async function graphPicture(kind: 'svg' | 'png'): Promise<string | undefined> {
  const drawn = document.querySelector<SVGSVGElement>('svg.graph');
  if (drawn === null) return undefined;
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  inline(drawn, copy);
  const box = drawn.querySelector<SVGGElement>('.drawing')?.getBBox() ?? new DOMRect(0, 0, 100, 100);
  const [x, y] = [Math.floor(box.x) - MARGIN, Math.floor(box.y) - MARGIN];
  const [width, height] = [Math.ceil(box.width) + 2 * MARGIN, Math.ceil(box.height) + 2 * MARGIN];
  copy.setAttribute('viewBox', `${x} ${y} ${width} ${height}`);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.querySelector('[transform]')?.removeAttribute('transform');
  copy.prepend(ground(x, y, width, height));
  const text = new XMLSerializer().serializeToString(copy);
  const svg = new Blob([text], { type: 'image/svg+xml' });
  return encoded(kind === 'svg' ? svg : await painted(svg, width, height));
}

/** Around the picture, in its units: half of a badge hangs over the outermost box. */
const MARGIN = 16;

/** What a picture takes along; each is an attribute of its own in SVG, so that a file needs no style sheet. */
const STYLES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'paint-order',
  'text-anchor',
  'font-family',
  'font-size',
  'font-weight',
];

/** What an element is drawn with, and which it keeps in a file. What belongs to the page alone is left out. */
const KEPT = new Set(
  'd x y width height rx transform id marker-end viewBox refX refY markerWidth markerHeight markerUnits orient'.split(
    ' ',
  ),
);

/** The style sheet's look as attributes, which every program understands that shows SVG. */
function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of to.getAttributeNames()) if (!KEPT.has(name)) to.removeAttribute(name);
  for (const name of STYLES) to.setAttribute(name, plain(style.getPropertyValue(name)));
  const children = [...to.children];
  [...from.children].forEach((child, index) => {
    const copied = children[index];
    if (copied !== undefined) inline(child, copied);
  });
  const comments = [...to.childNodes].filter(({ nodeType }) => nodeType === Node.COMMENT_NODE);
  for (const comment of comments) comment.remove();
}

/** A mixed colour as programs know it that know SVG, and no newer CSS. */
function plain(value: string): string {
  const [, channels] = /^color\(srgb ([^)]+)\)$/.exec(value) ?? [];
  if (channels === undefined) return value;
  const [red = 0, green = 0, blue = 0, alpha = 1] = channels.split(/[\s/]+/).map(Number);
  const [r, g, b] = [red, green, blue].map((channel) => Math.round(Math.max(0, Math.min(1, channel)) * 255));
  return alpha === 1 ? `rgb(${r}, ${g}, ${b})` : `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

/** The theme's background: its colours are made for no other one. */
function ground(x: number, y: number, width: number, height: number): SVGRectElement {
  const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  const sizes = { x, y, width, height, fill: getComputedStyle(document.body).backgroundColor };
  for (const [name, value] of Object.entries(sizes)) rect.setAttribute(name, String(value));
  return rect;
}

async function painted(svg: Blob, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    // A picture of the largest graph is still one that programs open.
    const scale = Math.min(2, 8000 / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('No picture can be drawn here.');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error('No picture can be drawn here.')) : resolve(blob)));
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function encoded(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}
