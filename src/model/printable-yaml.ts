import {
  DEFAULT_SCALAR_STYLE_RULES,
  type DumpOptions,
  dump,
  SCALAR_STYLE_DOUBLE_QUOTED,
  type ScalarStyleRule,
} from 'js-yaml'
import { hasInvisible, yamlEscapes } from './printable.ts'

/** Only double quotes know escapes. */
const quoteInvisible: ScalarStyleRule = (layout) => {
  if (hasInvisible(layout.node.value)) layout.style = SCALAR_STYLE_DOUBLE_QUOTED
}

const scalarStyleRules = [...Object.values(DEFAULT_SCALAR_STYLE_RULES), quoteInvisible]

/** A value as YAML, with escapes for all characters that do not show (YAML 1.2.2, section 5.7). */
export function printableYaml(value: unknown, options: DumpOptions): string {
  return yamlEscapes(dump(value, { ...options, scalarStyleRules }))
}
