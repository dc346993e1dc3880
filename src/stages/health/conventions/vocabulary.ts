import { type Cause, causeOf } from './reasons.ts'
import { type Role, roleOf } from './roles.ts'
import { type Meaning, meaningOf } from './words.ts'

/** Maximum number of words of one kind that are remembered; a cluster has a few hundred. */
const MOST = 2_000
/** Maximum length of a word that is remembered, in characters; an object may have one of a megabyte. */
const LONGEST = 200

/** What the words of controllers mean, each found out once: they are few, and judged over and over. */
export class Vocabulary {
  readonly roleOf: (type: string) => Role | undefined = remembered(roleOf)
  readonly causeOf: (reason: string) => Cause | undefined = remembered(causeOf)
  readonly meaningOf: (word: string) => Meaning | undefined = remembered(meaningOf)
}

function remembered<T>(find: (word: string) => T): (word: string) => T {
  const known = new Map<string, T>()
  return (word) => {
    const before = known.get(word)
    if (before !== undefined || known.has(word)) return before as T
    const found = find(word)
    if (word.length > LONGEST) return found
    if (known.size >= MOST) known.clear()
    known.set(word, found)
    return found
  }
}
