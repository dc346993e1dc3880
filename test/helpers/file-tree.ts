import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FileTree } from '../../src/adapters/engine/engine.ts'

const root = fileURLToPath(new URL('../adapters/engine', import.meta.url))

/** The files of a directory below test/adapters/engine, by path; `more` are added. */
export async function filesBelow(directory: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const top = join(root, directory)
  const entries = await readdir(top, { withFileTypes: true, recursive: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    await Promise.all(paths.map(async (path) => [path.slice(top.length + 1), await readFile(path)] as const)),
  )
}

/** A directory below test/adapters/engine, packaged as `helm package` would. */
export function packaged(directory: string): Uint8Array {
  const [, parent = '', name = ''] = /^(.*)\/([^/]+)$/.exec(directory) ?? []
  return spawnSync('tar', ['-C', join(root, parent), '-czf', '-', name]).stdout
}

/** A tree of files given by their text or bytes. */
export function treeOf(files: Readonly<Record<string, string | Uint8Array>>): FileTree {
  const encoder = new TextEncoder()
  const encoded = Object.entries(files).map(
    ([path, data]) => [path, typeof data === 'string' ? encoder.encode(data) : data] as const,
  )
  const hash = createHash('sha256')
  for (const [path, data] of encoded) hash.update(`${path}\0${data.length}\0`).update(data)
  return { key: hash.digest('hex'), files: async () => new Map(encoded) }
}

/** A chart of the name `web` with these files below `templates/`, or elsewhere where the path says so. */
export function chartOf(files: Readonly<Record<string, string>>): FileTree {
  const paths = Object.entries(files).map(
    ([path, text]) =>
      [path.includes('/') || path === 'values.schema.json' ? path : `templates/${path}`, text] as const,
  )
  return treeOf({ 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', ...Object.fromEntries(paths) })
}
