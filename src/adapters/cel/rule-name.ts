/** Words of the language that no field can be called (cel-spec, RESERVED and keywords). */
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

/** What rules call a field whose name is no identifier (apiextensions.k8s.io/v1, ValidationRule). */
export function ruleName(field: string): string {
  if (RESERVED.has(field)) return `__${field}__`
  return field.replace(/__|[.\-/]/g, (text) => ESCAPED[text] ?? text)
}
