import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname } from 'node:path'

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
