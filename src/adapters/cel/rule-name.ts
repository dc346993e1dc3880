/** Words of the language that cannot name a field (cel-spec, RESERVED and keywords). */
const RESERVED = new Set(
  (
    'true false null in as break const continue else for function if import let loop package ' +
    'namespace return var void while'
  ).split(' '),
)
const ESCAPED: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
}

/** The name in rules of a field, escaped if it is no identifier (apiextensions.k8s.io/v1, ValidationRule). */
export function ruleName(field: string): string {
  if (RESERVED.has(field)) return `__${field}__`
  return field.replace(/__|[.\-/]/g, (text) => ESCAPED[text] ?? text)
}
