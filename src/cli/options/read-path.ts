import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import path from 'node:path'
import { quoted } from '../../model/quoted.ts'
import type { Parsed } from './option.ts'
import { unreadableKind } from './readable-file.ts'

/** Reads a directory inside the repository; the root (`.`) is the empty string. */
export function readTreePath(text: string): Parsed<string> {
  if (path.posix.isAbsolute(text) || text.includes('\\') || text.includes('\0')) {
    return { problem: `${quoted(text)} is not a path inside the repository such as clusters/east` }
  }
  const normal = path.posix.normalize(text).replace(/\/$/, '')
  if (normal === '..' || normal.startsWith('../')) return { problem: `${quoted(text)} leaves the repository` }
  return { value: normal === '.' ? '' : normal }
}

/** Reads the path of a file, relative to the current directory; the file must be readable now. */
export async function readFilePath(text: string): Promise<Parsed<string>> {
  if (text === '' || text.includes('\0')) return { problem: `${quoted(text)} is not a path` }
  const file = path.resolve(text)
  try {
    await access(file, constants.R_OK)
    const problem = await unreadableKind(file)
    return problem === undefined ? { value: file } : { problem: `${quoted(text)} ${problem}` }
  } catch (error) {
    return { problem: `${quoted(text)} cannot be read (${(error as NodeJS.ErrnoException).code})` }
  }
}

/** Reads the path of a directory that need not exist yet. */
export function readDirectoryPath(text: string): Parsed<string> {
  return text === '' || text.includes('\0')
    ? { problem: `${quoted(text)} is not a path` }
    : { value: path.resolve(text) }
}
