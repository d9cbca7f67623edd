/**
 * What Go's YAML reader (go.yaml.in/yaml v2, in the API server and in kubectl) makes of a plain scalar: YAML 1.1 with
 * exceptions. `y` and `on` are booleans, `010` is octal, `1_000` a number; dates and sexagesimals stay strings.
 * `.nan` and `.inf` give NaN and infinities, which JSON cannot hold: the caller reports them.
 */
export function resolvePlain(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0);
  if (Number.isNaN(first)) return null;
  // The first character tells whether anything but a string can come out: a digit, a sign, a dot or one of yYnNtTfFoO~.
  if (first >= 0x30 && first <= 0x39) return resolveNumber(text) ?? text;
  if (first === 0x2b || first === 0x2d || first === 0x2e) return NON_FINITE.get(text) ?? resolveNumber(text) ?? text;
  const word = text.length <= 5 ? WORDS.get(text) : undefined;
  return word === undefined ? text : word;
}

/** Integers from 2^53 up lose digits in a JavaScript number: the decimal digits that Go writes into JSON. */
export function integerDigits(text: string): string | undefined {
  const plain = text.replaceAll('_', '');
  const integer = parseInteger(plain);
  return integer?.toString();
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);

const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const DECIMAL = /^[-+]?(?:0|[1-9][0-9]{0,14})$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** strconv.ParseInt with base 0: a prefix or a leading zero chooses the base. */
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]*)|([1-9][0-9]*))$/;

function resolveNumber(text: string): number | undefined {
  // `+ 0` turns a minus zero into the zero that an integer is.
  if (DECIMAL.test(text)) return Number(text) + 0;
  // A leading dot never has its underscores removed.
  const plain = text.startsWith('.') ? text : text.replaceAll('_', '');
  const integer = text.startsWith('.') ? undefined : parseInteger(plain);
  if (integer !== undefined) return Number(integer);
  if (!FLOAT.test(plain)) return undefined;
  const float = Number(plain);
  // Go reports a range error and keeps the string.
  return Number.isFinite(float) ? float : undefined;
}

/** An int64 or, without a sign, a uint64; undefined for anything else. */
function parseInteger(plain: string): bigint | undefined {
  const match = INTEGER.exec(plain);
  if (match === null) return undefined;
  const [, sign = '', hex, binary, octal, leadingZero, decimal] = match;
  const digits =
    hex !== undefined
      ? `0x${hex}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : leadingZero !== undefined
            ? `0o${leadingZero || '0'}`
            : (decimal ?? '0');
  const magnitude = BigInt(digits);
  const value = sign === '-' ? -magnitude : magnitude;
  if (value >= -(2n ** 63n) && value < 2n ** 63n) return value;
  return sign === '' && value < 2n ** 64n ? value : undefined;
}
