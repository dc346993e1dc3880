import { isJsonNumber } from '../../../model/json.ts'
import { readPlain } from './plain-scalar.ts'
import { isProblem, type Problem, type Scalar } from './problem.ts'

const prefix = 'tag:yaml.org,2002:'
const timestamp =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/
const base64 = /^[A-Za-z0-9+/]*={0,2}$/

/** `!!int` → `int`, `!<tag:yaml.org,2002:int>` → `int`; any other tag → undefined. */
export function coreTag(tag: string): string | undefined {
  if (tag.startsWith('!!')) return tag.slice(2)
  return tag.startsWith(`!<${prefix}`) ? tag.slice(2 + prefix.length, -1) : undefined
}

/**
 * Reads a scalar with an explicit tag, quoted or not, as kubectl does: `!!int`, `!!float`, `!!bool` and
 * `!!null` must match, `!!binary` is decoded, and any unknown tag makes a string.
 */
export function readTagged(tag: string, text: string): Scalar | Problem {
  switch (coreTag(tag)) {
    case 'int':
      return fitting('!!int', text, (value) => isJsonNumber(value) && !/[.eE]/.test(hexless(text)))
    case 'float':
      return fitting('!!float', text, isJsonNumber)
    case 'bool':
      return fitting('!!bool', text, (value) => typeof value === 'boolean')
    case 'null':
      return fitting('!!null', text, (value) => value === null)
    case 'timestamp':
      return timestamp.test(text) ? text : unfit('!!timestamp')
    case 'binary':
      return readBinary(text)
    default:
      return text
  }
}

function fitting(tag: string, text: string, fits: (value: Scalar) => boolean): Scalar | Problem {
  const value = readPlain(text)
  return isProblem(value) || fits(value) ? value : unfit(tag)
}

/** In hexadecimal, `e` is a digit. */
function hexless(text: string): string {
  return /^[-+]?0[xX]/.test(text) ? '' : text
}

function unfit(tag: string): Problem {
  return { code: 'yaml-unsupported', details: `the value is not a valid ${tag}` }
}

function readBinary(text: string): string | Problem {
  const encoded = text.replaceAll(/[\r\n]/g, '')
  if (encoded.length % 4 !== 0 || !base64.test(encoded)) return unfit('!!binary (base64)')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, 'base64'))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error // required of a fatal decoder by the Encoding Standard
    return { code: 'yaml-unsupported', details: 'the bytes of !!binary are not UTF-8 text' }
  }
}
