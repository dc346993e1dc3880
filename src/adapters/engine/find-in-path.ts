import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Path of the first executable file of that name in the directories of PATH. */
export async function findInPath(name: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const directories = (environment.PATH ?? '').split(delimiter).filter((directory) => directory !== '')
  for (const directory of directories) {
    const path = join(directory, name)
    if (await isProgram(path)) return path
  }
  return undefined
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false // a shell skips such a file, too
  }
}
