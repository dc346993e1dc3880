import { quoted } from '../../model/quoted.ts'
import type { Parsed } from './option.ts'

/** A host, with or without a path: `github.com/org`, `git.example.com:8443`. Its form is that of URLs. */
export function readPrefix(text: string): Parsed<string> {
  const prefix = text.trim().replace(/\/$/, '')
  if (prefix.includes('@')) return { problem: 'has an "@": it takes hosts and paths, without credentials' }
  const url = URL.parse(`https://${prefix}`)
  const wrong = { problem: `has ${quoted(prefix)}, which is not HOST or HOST/PATH, such as github.com/org` }
  if (url === null || /\*|\/\/|[?#\\]/.test(prefix)) return wrong
  const path = url.pathname.replace(/^\/$/, '')
  const isAsWritten = prefix.slice(prefix.split('/', 1)[0]?.length) === path
  return isAsWritten ? { value: `${url.host}${path}`.replace(/\.git$/, '') } : wrong
}
