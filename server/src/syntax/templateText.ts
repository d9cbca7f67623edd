import { Lexer } from 'yaml';

/**
 * Whether a text needs a template engine before it is YAML: `{{` or `<%` outside of quoted scalars, block scalars and
 * comments (cli-contract, Inputs). What stands inside those is text to YAML. An OpenShift parameter `${{NAME}}` is a
 * plain scalar and no template.
 */
export function needsTemplateEngine(text: string): boolean {
  if (!hasTemplateMark(text)) return false;
  let previous = '';
  let blockScalar = false;
  for (const token of new Lexer().lex(text)) {
    // The lexer announces every plain and block scalar by this control character.
    if (token === SCALAR) {
      previous = token;
      continue;
    }
    if (previous === SCALAR) {
      if (!blockScalar && hasTemplateMark(token.replaceAll(OPENSHIFT_PARAMETER, ''))) return true;
      blockScalar = false;
    } else if (token === '{' && previous === '{') return true;
    else if (/^[|>]/.test(token)) blockScalar = true;
    previous = token;
  }
  return false;
}

export function hasTemplateMark(text: string): boolean {
  return text.includes('{{') || text.includes('<%');
}

const SCALAR = '\x1f';
const OPENSHIFT_PARAMETER = /\$\{\{[A-Za-z0-9_.]+\}\}/g;
