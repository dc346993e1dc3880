import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Paths of the files that a build of the Go module reads, sorted, relative to its directory: those of all its
 * packages, without tests. Omits directories that Go ignores ("go help packages") and nested modules.
 */
export async function goSources(directory: string): Promise<readonly string[]> {
  return (await sourcesBelow(directory, '')).sort()
}

async function sourcesBelow(directory: string, path: string): Promise<string[]> {
  const entries = await readdir(join(directory, path), { withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && isSource(entry.name))
  const inner = await Promise.all(
    entries.filter(isPackage).map((entry) => sourcesOfPackage(directory, join(path, entry.name))),
  )
  return [...files.map((entry) => join(path, entry.name)), ...inner.flat()]
}

async function sourcesOfPackage(directory: string, path: string): Promise<string[]> {
  const sources = await sourcesBelow(directory, path)
  return sources.includes(join(path, 'go.mod')) ? [] : sources
}

function isPackage(entry: Dirent): boolean {
  return entry.isDirectory() && !/^[._]/.test(entry.name) && entry.name !== 'testdata'
}

function isSource(name: string): boolean {
  return name === 'go.mod' || name === 'go.sum' || (name.endsWith('.go') && !name.endsWith('_test.go'))
}
