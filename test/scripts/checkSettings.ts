/** The schema of the setting `bulkhead.checks` in package.json, made from the registry of checks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckRow } from './readme.ts';
import { ROOT } from './manifest.ts';

const SETTING = 'bulkhead.checks';
const SEVERITIES = ['error', 'warning', 'information', 'hint', 'off'];

/** The whole text that package.json should have. */
export function packageManifest(checks: readonly CheckRow[]): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    contributes: { configuration: { properties: Record<string, object> } };
  };
  const { properties } = manifest.contributes.configuration;
  properties[SETTING] = { ...properties[SETTING], ...checkSchema(checks) };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** A severity for each check, alone or with a reason, as in bulkhead.yaml. */
export function checkSchema(checks: readonly CheckRow[]): object {
  const severity = { type: 'string', enum: SEVERITIES };
  return {
    type: 'object',
    properties: Object.fromEntries(checks.map(({ code, title }) => [code, { description: title }])),
    patternProperties: {
      [`^(?:${checks.map(({ code }) => code).join('|')})$`]: {
        anyOf: [
          severity,
          {
            type: 'object',
            properties: { severity, reason: { type: 'string' } },
            required: ['severity'],
            additionalProperties: false,
          },
        ],
      },
    },
    additionalProperties: false,
  };
}
