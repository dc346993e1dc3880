import { isJsonArray, type JsonObject, objectIn } from '../../model/json.ts'
import type { SourceRules } from '../../model/source-rules.ts'
import type { DocumentSchema } from '../../stages/declare/documents/document-schema.ts'
import type { Parsed } from './option.ts'
import { readNetworks } from './read-networks.ts'
import { readPrefix } from './read-prefix.ts'

const list = {
  type: 'array',
  maxItems: 1000,
  items: { type: 'string', minLength: 1, maxLength: 1000 },
} as const

/** The key of the configuration file that says where templates may be fetched from. */
export const sourcesProperties = {
  sources: {
    type: 'object',
    properties: { git: list, charts: list, registries: list, addresses: list },
  },
} as const satisfies Readonly<Record<string, DocumentSchema>>

/** Reads the key `sources`, valid by its schema. @returns also the defects, by JSON pointer */
export function readSources({ sources }: JsonObject): {
  readonly sources: SourceRules
  readonly defects: readonly { readonly details: string; readonly pointer: string }[]
} {
  const defects: { details: string; pointer: string }[] = []
  const read = Object.entries(objectIn(sources)).map(([kind, items]) => {
    const texts = isJsonArray(items) ? items.map(String) : []
    const values = texts.flatMap((text, index) => {
      const parsed = readItem(kind, text)
      if ('value' in parsed) return parsed.value
      defects.push({ details: `sources.${kind} ${parsed.problem}`, pointer: `/sources/${kind}/${index}` })
      return []
    })
    return [kind, values] as const
  })
  return { sources: Object.fromEntries(read), defects }
}

function readItem(kind: string, text: string): Parsed<string | readonly string[]> {
  return kind === 'addresses' ? readNetworks(text) : readPrefix(text)
}
