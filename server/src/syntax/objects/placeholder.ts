/**
 * Whether a scalar holds a placeholder that some tool fills in before the text reaches a cluster (cli-contract,
 * Inputs): `${NAME}`, `$(NAME)`, `{{…}}`, `<%…%>` anywhere in it, or `__NAME__` as the whole of it. None of them can
 * stand in a valid name, label, port or CIDR, so that objects read from a cluster never look like one.
 */
export function isPlaceholder(text: string): boolean {
  return MARKED.test(text) || WHOLE.test(text);
}

const MARKED = /\$\{[^}]*\}|\$\([A-Za-z_][\w.-]*\)|\{\{[^]*?\}\}|<%[^]*?%>/;
const WHOLE = /^__[A-Za-z0-9][A-Za-z0-9_.-]*__$/;
