import { load, YAMLException } from 'js-yaml'

/** Maximum length of a text, in characters. */
const LONGEST = 4 << 20

/**
 * Reads YAML that a Reeve wrote to a branch, where others may write, too: undefined for what it would not write.
 * Refuses aliases: Reeve writes none, and their expansion has no bound.
 */
export function readOwnYaml(text: string): unknown {
  if (text.length > LONGEST) return undefined
  try {
    return load(text, { maxAliases: 0 })
  } catch (error) {
    if (error instanceof YAMLException) return undefined
    throw error
  }
}
