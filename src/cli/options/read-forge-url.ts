import type { Parsed } from './option.ts'

/** Reads the URL of a forge. Problems never repeat it: it may hold a password. */
export function readForgeUrl(text: string): Parsed<string> {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    return { problem: 'is not a URL such as https://git.example.com' }
  if (url.username !== '' || url.password !== '')
    return { problem: 'contains a user name or password: remove it, and give --forge-token-file' }
  if (url.search !== '' || url.hash !== '') return { problem: 'has a part after "?" or "#"' }
  return { value: text.replace(/\/+$/, '') }
}
