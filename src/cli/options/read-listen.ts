import { quoted } from '../../model/quoted.ts'
import type { Listen } from '../../model/settings.ts'
import type { Parsed } from './option.ts'

const ADDRESS = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]*)):(\d{1,5})$/

/** Reads `HOST:PORT`, `[::1]:PORT`, `:PORT`, or `none`, which is null. Port 0 means any free port. */
export function readListen(text: string): Parsed<Listen | null> {
  if (text === 'none') return { value: null }
  const match = ADDRESS.exec(text)
  const port = Number(match?.[3])
  if (!match || port > 65_535) {
    return {
      problem: `${quoted(text)} is not an address such as 127.0.0.1:8080, [::1]:8080, :8080 or "none"`,
    }
  }
  const host = match[1] ?? match[2]
  return { value: host ? { host, port } : { port } }
}
