import type { Parsed } from './option.ts'
import { readPrefix } from './read-prefix.ts'

/** Reads prefixes of repositories: hosts, with or without a path, separated by commas. */
export function readRemoteBases(text: string): Parsed<readonly string[]> {
  const prefixes = text.split(',').map(readPrefix)
  const wrong = prefixes.find((prefix) => 'problem' in prefix)
  if (wrong !== undefined && 'problem' in wrong) return wrong
  return { value: prefixes.flatMap((prefix) => ('value' in prefix ? prefix.value : [])) }
}
