import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

/** The directory of Reeve's own package.json, found from src/ and from dist/. */
export function packageRoot(): string {
  return dirname(findPackageJSON('..', import.meta.url) ?? '.')
}

/** The version in Reeve's own package.json. */
export function version(): string {
  const file = findPackageJSON('..', import.meta.url)
  if (file === undefined) return 'unknown'
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** The file that starts the program: the source or the built one, the same as this module. */
export function mainModule(): string {
  return join(packageRoot(), import.meta.url.endsWith('.ts') ? 'src/cli/main.ts' : 'dist/main.js')
}
