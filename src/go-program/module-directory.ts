import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Directory of a Go module that is in one place in a checkout and in another beside the built JavaScript.
 *
 * @param candidates relative to `from`, the URL of the file that asks
 */
export function moduleDirectory(candidates: readonly string[], from: string): string {
  const directories = candidates.map((path) => fileURLToPath(new URL(path, from)))
  const found = directories.find((directory) => existsSync(join(directory, 'go.mod')))
  if (!found) throw new Error(`there is no Go module in ${directories.join(' or ')}`)
  return found
}
