import { resolve } from 'node:path'
import type { JsonValue } from '../../model/json.ts'
import { stringsIn } from '../../stages/declare/documents/read-rules.ts'

/** A text in the configuration file. */
export const textSchema = { type: 'string', minLength: 1, maxLength: 1024 } as const

/** Names of files in the configuration file. */
export const filesSchema = {
  type: 'array',
  minItems: 1,
  maxItems: 100,
  items: { ...textSchema, description: 'A file.' },
} as const

/** Absolute paths of files that are named from the working directory. */
export function pathsIn(value: JsonValue | undefined): readonly string[] {
  return stringsIn(value).map((file) => resolve(file))
}
