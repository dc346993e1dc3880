import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** Maximum number of texts that are remembered. */
const MOST = 2_000

/**
 * What this process wrote, and what the forge made of it: a forge may store a text in another form, which must not
 * be taken for a difference.
 */
export class PutMemory {
  readonly #stored = new LRUCache<string, { readonly asked: string; readonly stored: string }>({ max: MOST })

  remember(key: string, asked: string, stored: string): void {
    this.#stored.set(key, { asked: digest(asked), stored: digest(stored) })
  }

  /** Whether what the forge has now is what it made of this text before. */
  isStored(key: string, asked: string, found: string): boolean {
    if (asked === found) return true
    const known = this.#stored.get(key)
    return known !== undefined && known.asked === digest(asked) && known.stored === digest(found)
  }
}

function digest(text: string): string {
  return hash('sha256', text)
}
