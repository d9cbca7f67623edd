/**
 * Text of a cluster or a file, as it can be read: characters that show as nothing, move the cursor or turn the direction
 * of what follows are spelled out (UTR #36, UAX #9), so that no name can pass for another one.
 */
export function legible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/**
 * A legible name within a sentence: one that is read from right to left turns nothing around it (UAX #9, isolates).
 * Where a name has an element of its own, the style sheet does that.
 */
export function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
