import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from './package-root.ts'

/** A library of npm that files of the program belong to. */
export interface Library {
  readonly name: string
  readonly version: string
  /** SPDX expression of package.json; undefined where that has none. */
  readonly license: string | undefined
  /** Text of its license file; empty where it has none. */
  readonly text: string
}

/**
 * The libraries that files belong to, by their directories.
 *
 * @param files paths from the package's root; those outside libraries do not count
 * @throws Error if a library has no license of its own
 */
export async function librariesOf(files: readonly string[]): Promise<readonly Library[]> {
  const directories = new Set(files.flatMap((file) => libraryDirectory(file) ?? []))
  return Promise.all([...directories].toSorted().map(libraryIn))
}

/** `node_modules/a/node_modules/@b/c/d.js` is a file of `node_modules/a/node_modules/@b/c`. */
function libraryDirectory(file: string): string | undefined {
  return /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0]
}

async function libraryIn(directory: string): Promise<Library> {
  const path = join(packageRoot(), directory)
  const description: Description = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'))
  const { name, version } = description
  const license = licenseOf(description)
  const file = (await readdir(path)).find((entry) => /^licen[cs]e(-mit)?(\.(md|txt))?$/i.test(entry))
  if (!file && license === undefined) throw new Error(`${directory} has no license`)
  const text = file ? await readFile(join(path, file), 'utf8') : ''
  return { name, version, license, text }
}

interface Description {
  readonly name: string
  readonly version: string
  readonly license?: unknown
  /** The form before `license`. */
  readonly licenses?: unknown
}

function licenseOf({ license, licenses }: Description): string | undefined {
  const old = Array.isArray(licenses) && licenses.length === 1 ? licenses[0]?.type : undefined
  return [license, old].find((each) => typeof each === 'string')
}

/** The licenses of libraries, each with its version and its own text. */
export function licensesOf(libraries: readonly Library[]): string {
  const texts = libraries.map(
    ({ name, version, license, text }) => `${name} ${version}${license ? `: ${license}` : ''}\n\n${text}`,
  )
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}
