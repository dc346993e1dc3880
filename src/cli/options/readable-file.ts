import { stat } from 'node:fs/promises'

/** Where a shell keeps the pipes of its process substitutions, `<(…)`, which already have a writer. */
const OF_SHELL = /^\/(?:dev|proc)\//

/**
 * Why a path is not a file to read; undefined if it is one. Opening a named pipe waits for a writer, which
 * may never come.
 */
export async function unreadableKind(file: string): Promise<string | undefined> {
  const found = await stat(file)
  if (found.isDirectory()) return 'is a directory'
  if (found.isFIFO() && !OF_SHELL.test(file)) return 'is a named pipe, not a file'
  return found.isSocket() ? 'is a socket, not a file' : undefined
}
