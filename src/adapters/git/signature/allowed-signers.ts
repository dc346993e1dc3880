import { isLiteral, matchesPatternList } from '../../ssh/pattern-list.ts'
import { keyTime } from './key-time.ts'
import { isCertificateType, sshPublicKey } from './ssh-public-key.ts'
import { Malformed } from './ssh-wire.ts'

/** A line of a file of allowed signers (ssh-keygen(1), ALLOWED SIGNERS). */
export interface AllowedSigner {
  /** Patterns of names or e-mail addresses. */
  readonly principals: readonly string[]
  /** The public key, in base64. */
  readonly key: string
  /** Patterns; absent: any. */
  readonly namespaces?: readonly string[]
  /** Seconds since the epoch. */
  readonly validAfter?: number
  readonly validBefore?: number
}

/** A line that is not one of allowed signers. `line` counts from 1. */
export class BadSignersLine extends Error {
  readonly line: number
  constructor(line: number, details: string, options?: ErrorOptions) {
    super(details, options)
    this.name = 'BadSignersLine'
    this.line = line
  }
}

/** Reads a file of allowed signers. @throws BadSignersLine for the first line that is none */
export function parseAllowedSigners(text: string): readonly AllowedSigner[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const content = line.trim()
    if (content === '' || content.startsWith('#')) return []
    try {
      return [parseLine(content)]
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      throw new BadSignersLine(index + 1, error.message, { cause: error })
    }
  })
}

/**
 * The names for which a key may have signed in the namespace `git` at a time. A list of patterns stands for the
 * names that it spells out, and for the committer's e-mail address where it fits.
 * @param time seconds since the epoch
 */
export function principalsAt(
  { principals, namespaces, validAfter, validBefore }: AllowedSigner,
  time: number,
  email: string,
): readonly string[] {
  if (namespaces !== undefined && !matchesPatternList('git', namespaces)) return []
  if (validAfter !== undefined && time < validAfter) return []
  if (validBefore !== undefined && time > validBefore) return []
  const names = new Set([...principals.filter(isLiteral), email])
  return [...names].filter((name) => matchesPatternList(name, principals))
}

function parseLine(line: string): AllowedSigner {
  const [principals = '', ...words] = wordsOf(line)
  const named = principals.split(',')
  if (named.some((pattern) => pattern === '' || pattern === '!')) throw new Malformed('a principal is empty')
  const [first = ''] = words
  const hasOptions = !isKeyType(first)
  const [type = '', key = ''] = hasOptions ? words.slice(1) : words
  if (!isKeyType(type) || key === '') throw new Malformed('expected principals, options and a public key')
  if (isCertificateType(type)) throw new Malformed('a certificate in place of a key: list the key itself')
  const blob = Buffer.from(key, 'base64')
  if (blob.toString('base64') !== key) throw new Malformed('the key is not in base64')
  if (sshPublicKey(blob).type !== type) throw new Malformed(`the key is not of the type ${type}`)
  return { principals: named, key, ...(hasOptions && optionsIn(first)) }
}

/** Splits at blanks outside of double quotes; quotes around all of a word are dropped. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/(?:"[^"]*"|[^\s"])+/g) ?? []
  if ((line.match(/"/g)?.length ?? 0) % 2 !== 0) throw new Malformed('a quote is not closed')
  return words.map((word) => /^"([^"]*)"$/.exec(word)?.[1] ?? word)
}

function isKeyType(word: string): boolean {
  return /^(?:sk-)?(?:ssh|ecdsa)-[a-z0-9-]+(?:@openssh\.com)?$/.test(word)
}

type Options = Pick<AllowedSigner, 'namespaces' | 'validAfter' | 'validBefore'>

function optionsIn(text: string): Options {
  const given = new Map<string, string>()
  for (const option of text.match(/(?:"[^"]*"|[^,"])+/g) ?? []) {
    const [, name = '', value] = /^([A-Za-z-]+)(?:="([^"]*)")?$/.exec(option) ?? []
    const key = name.toLowerCase()
    if (key === 'cert-authority')
      throw new Malformed('cert-authority is not supported: list the keys of the signers themselves')
    if (!['namespaces', 'valid-after', 'valid-before'].includes(key) || value === undefined)
      throw new Malformed(`unknown option ${option}`)
    if (given.has(key)) throw new Malformed(`${key} is given twice`)
    given.set(key, value)
  }
  const [validAfter, validBefore] = [timeOf('valid-after', given), timeOf('valid-before', given)]
  if (validAfter !== undefined && validBefore !== undefined && validBefore <= validAfter)
    throw new Malformed('valid-before is not later than valid-after')
  const namespaces = given.get('namespaces')?.split(',')
  return {
    ...(namespaces && { namespaces }),
    ...(validAfter !== undefined && { validAfter }),
    ...(validBefore !== undefined && { validBefore }),
  }
}

function timeOf(name: string, given: ReadonlyMap<string, string>): number | undefined {
  const text = given.get(name)
  if (text === undefined) return undefined
  const time = keyTime(text)
  if (time === undefined) throw new Malformed(`${name} is not YYYYMMDD or YYYYMMDDHHMM[SS], with Z for UTC`)
  return time
}
