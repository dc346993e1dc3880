import { stat } from 'node:fs/promises'

/** Whether a text is the path of a directory, rather than the name of a revision. */
export async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false, // not a local path: the text may name a revision
  )
}
