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
