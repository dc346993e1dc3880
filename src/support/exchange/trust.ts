import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { FaultError, fault } from '../../model/fault.ts'

/** The CAs that servers are checked by: those of Node, NODE_EXTRA_CA_CERTS among them, and further ones. */
export interface Trust {
  /** Undefined where Node's own are all. Made at the first call: it takes time where there are many. */
  readonly context: () => SecureContext | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/**
 * @param file holds certificates in PEM
 * @throws FaultError bad-option if the file has none
 */
export function trustOf(file: string | undefined, environment: Environment = process.env): Trust {
  const own = file === undefined ? [] : certificatesIn(readOwn(file))
  if (file !== undefined && own.length === 0) throw badFile(`${file} has no certificate in PEM`)
  let made: { readonly context: SecureContext | undefined } | undefined
  return {
    context: () => {
      made ??= { context: contextOf(trustedCertificates(own, environment)) }
      return made.context
    },
  }
}

function contextOf(ca: readonly string[] | undefined): SecureContext | undefined {
  return ca && createSecureContext({ ca: [...ca] })
}

/**
 * Certificates, in PEM, of Node's CAs together with some more, and with those of SSL_CERT_FILE and SSL_CERT_DIR,
 * which Go programs read. Undefined where Node's own are all.
 */
export function trustedCertificates(
  own: readonly string[] = [],
  environment: Environment = process.env,
): readonly string[] | undefined {
  const more = [...own, ...environmentTexts(environment).flatMap(blocksIn)]
  if (more.length === 0) return undefined
  // Mostly they are among Node's own: to compare them takes much less than to parse them.
  const all = new Map(getCACertificates('default').map((pem) => [onOneLine(pem), pem]))
  const defaults = all.size
  for (const pem of more) {
    const line = onOneLine(pem)
    if (!all.has(line) && isCertificate(pem)) all.set(line, pem)
  }
  return all.size === defaults ? undefined : [...all.values()]
}

/** The valid certificates in a text. */
export function certificatesIn(text: string): readonly string[] {
  return blocksIn(text).filter(isCertificate)
}

function blocksIn(text: string): readonly string[] {
  return text.match(CERTIFICATE) ?? []
}

function onOneLine(pem: string): string {
  return pem.replaceAll(/\s+/g, '')
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}

/** Files that cannot be read count as empty, as for Go programs. */
function environmentTexts({
  SSL_CERT_FILE: file,
  SSL_CERT_DIR: directories = '',
}: Environment): readonly string[] {
  const inDirectories = directories
    .split(delimiter)
    .filter((directory) => directory !== '')
    .flatMap((directory) => filesIn(directory).map((name) => join(directory, name)))
  return [...(file ? [file] : []), ...inDirectories].map(readIfThere)
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function readOwn(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw badFile(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

function badFile(details: string): FaultError {
  return new FaultError(fault('bad-option', `--git-ca-file ${details}`))
}
