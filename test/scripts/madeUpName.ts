/** Letters and digits as Kubernetes makes names of: no vowels, and nothing that looks like another one. The same for the same text. */
export function madeUpName(text: string, length: number): string {
  const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
  let state = 2166136261;
  let name = '';
  for (let index = 0; index < length; index++) {
    for (const character of `${text}${index}`) state = Math.imul(state ^ character.charCodeAt(0), 16777619) >>> 0;
    name += ALPHABET[state % ALPHABET.length] ?? '';
  }
  return name;
}

export function madeUpUid(text: string): string {
  const digits = [...Buffer.from(madeUpName(text, 12))].map((byte) => (byte % 16).toString(16));
  return `00000000-0000-4000-8000-${digits.join('')}`;
}
