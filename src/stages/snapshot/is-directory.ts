import { stat } from 'node:fs/promises'

/** Whether there is a directory at a path, and not a revision of that name meant. */
export async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false, // no path of this machine: the text may name a revision
  )
}
