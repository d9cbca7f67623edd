import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
const SHORTEST_S = 5;
const LONGEST_S = 24 * 3_600;

/** `120s`, `2m`, `90` (seconds). */
export function parseSeconds(value: string): number {
  const [, digits, unit = 's'] = /^(\d{1,6})([smh]?)$/.exec(value) ?? [];
  const seconds = Number(digits) * (UNITS[unit === '' ? 's' : unit] ?? 1);
  if (digits === undefined || seconds < SHORTEST_S || seconds > LONGEST_S) {
    throw new InvalidArgumentError('Write a time from 5s to 24h, such as 120s or 5m.');
  }
  return seconds;
}
