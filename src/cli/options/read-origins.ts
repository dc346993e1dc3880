import { quoted } from '../../model/quoted.ts'
import type { Parsed } from './option.ts'

/** Reads origins of servers, separated by commas, to the form of URL.origin. */
export function readOrigins(text: string): Parsed<readonly string[]> {
  const texts = text.split(',').map((each) => each.trim())
  const origins = texts.map(originOf)
  const wrong = texts.find((_, index) => origins[index] === undefined)
  if (wrong === undefined) return { value: origins.filter((origin) => origin !== undefined) }
  return { problem: `has ${quoted(redacted(wrong))}, which is not a server such as http://prometheus:9090` }
}

function originOf(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname.includes('*')) return undefined
  const { origin, href } = url
  return href === `${origin}/` && !/[?#]$/.test(text) ? origin : undefined
}

/** Without a password, should one be written there. */
function redacted(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//…@')
}
