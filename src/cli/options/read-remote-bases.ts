import { quoted } from '../../model/quoted.ts'
import type { Parsed } from './option.ts'

/** Reads prefixes of repositories: hosts, with or without a path, separated by commas. */
export function readRemoteBases(text: string): Parsed<readonly string[]> {
  const prefixes = text.split(',').map((prefix) => prefix.trim().replace(/\/$/, ''))
  if (prefixes.some((prefix) => prefix.includes('@')))
    return { problem: 'has an "@": it takes hosts and paths, without credentials' }
  const wrong = prefixes.find((prefix) => !isPrefix(prefix))
  if (wrong !== undefined)
    return { problem: `has ${quoted(wrong)}, which is not HOST or HOST/PATH, such as github.com/org` }
  return { value: prefixes.map((prefix) => prefix.replace(/\.git$/, '')) }
}

function isPrefix(prefix: string): boolean {
  const url = URL.parse(`https://${prefix}`)
  return (
    url !== null && `${url.host}${url.pathname.replace(/^\/$/, '')}` === prefix && !/\*|\/\//.test(prefix)
  )
}
