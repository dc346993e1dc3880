import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

/** Where Reeve's own package.json is, from src/ as from dist/. */
export function packageRoot(): string {
  return dirname(findPackageJSON('..', import.meta.url) ?? '.')
}

/** The version in Reeve's own package.json. */
export function version(): string {
  const file = findPackageJSON('..', import.meta.url)
  if (file === undefined) return 'unknown'
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** The file that starts the program, from the sources or built, as this one is. */
export function mainModule(): string {
  return join(packageRoot(), import.meta.url.endsWith('.ts') ? 'src/cli/main.ts' : 'dist/main.js')
}
