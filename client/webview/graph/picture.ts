/** The graph as it is drawn, in the theme's colours, as a file: base64. Undefined where none is drawn. */
export async function graphPicture(kind: 'svg' | 'png'): Promise<string | undefined> {
  const drawn = document.querySelector<SVGSVGElement>('svg.graph');
  if (drawn === null) return undefined;
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  inline(drawn, copy);
  const box = drawn.querySelector<SVGGElement>('.drawing')?.getBBox() ?? new DOMRect(0, 0, 100, 100);
  const [width, height] = [Math.ceil(box.width) + 20, Math.ceil(box.height) + 20];
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('viewBox', `${box.x - 10} ${box.y - 10} ${width} ${height}`);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.querySelector('.drawing')?.removeAttribute('transform');
  const text = new XMLSerializer().serializeToString(copy);
  const svg = new Blob([text], { type: 'image/svg+xml' });
  return encoded(kind === 'svg' ? svg : await painted(svg, width, height));
}

const STYLES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'font-family',
  'font-size',
  'font-weight',
  'opacity',
];

/** A file has no style sheet of the editor: each element takes its look along. */
function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  if (to instanceof SVGElement) for (const name of STYLES) to.style.setProperty(name, style.getPropertyValue(name));
  [...from.children].forEach((child, index) => {
    const copied = to.children[index];
    if (copied !== undefined) inline(child, copied);
  });
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
    context.fillStyle = getComputedStyle(document.body).backgroundColor;
    context.fillRect(0, 0, canvas.width, canvas.height);
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
