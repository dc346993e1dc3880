import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from './package-root.ts'

/**
 * The licenses of the libraries that files belong to, each with its version and its own text.
 *
 * @param files paths from the package's root; those outside libraries don't count
 * @throws Error if a library has no license of its own
 */
export async function licensesOf(files: readonly string[]): Promise<string> {
  const directories = new Set(files.flatMap((file) => libraryDirectory(file) ?? []))
  const texts = await Promise.all([...directories].toSorted().map(licenseIn))
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}

/** `node_modules/a/node_modules/@b/c/d.js` is a file of `node_modules/a/node_modules/@b/c`. */
function libraryDirectory(file: string): string | undefined {
  return /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0]
}

async function licenseIn(directory: string): Promise<string> {
  const path = join(packageRoot(), directory)
  const { name, version, license } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'))
  const file = (await readdir(path)).find((entry) => /^licen[cs]e(-mit)?(\.(md|txt))?$/i.test(entry))
  if (!file && typeof license !== 'string') throw new Error(`${directory} has no license`)
  const text = file ? await readFile(join(path, file), 'utf8') : ''
  return `${name} ${version}${license ? `: ${license}` : ''}\n\n${text}`
}
