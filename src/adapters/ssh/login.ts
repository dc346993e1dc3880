import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { AnyAuthMethod, ParsedKey } from 'ssh2'
import { FaultError, fault } from '../../model/fault.ts'
import type { SshAddress } from '../../model/ssh-address.ts'
import type { SshSettings } from '../../model/ssh-settings.ts'
import { ifMissing } from '../../support/files/if-missing.ts'
import { readSecretFile } from '../../support/files/read-secret-file.ts'
import type { HostCheck } from './host-key.ts'
import { keysOf, parseKnownHosts } from './known-hosts.ts'
import { parsePrivateKey, readKeyFile } from './private-key.ts'
import { SshRefused } from './ssh-refused.ts'

/** What a connection is made with, as it is in the files now. */
export interface Login {
  readonly address: SshAddress
  /** Looks the host's keys up, which takes a moment in a long file. */
  readonly check: () => HostCheck
  /** Changes with the content of any of the files. */
  readonly digest: string
  /** Decrypts the key the first time, which takes a moment on purpose. @throws FaultError ssh-key-unusable */
  readonly authentication: () => AnyAuthMethod
}

/**
 * Reads the files of a login.
 * @throws FaultError ssh-key-unusable, ssh-known-hosts-unreadable
 * @throws SshRefused if there is no key
 */
export async function readLogin(address: SshAddress, settings: SshSettings): Promise<Login> {
  const { host, port } = address
  const { knownHostsFile: file, keyFile, agentSocket } = settings
  const known = await readKnownHosts(file)
  const check = (): HostCheck => {
    const keys = keysOf(parseKnownHosts(known ?? ''), host, port)
    return { host, port, file, isMissing: known === undefined, keys }
  }
  const key = keyFile === undefined ? undefined : await readKey(keyFile, settings.passphraseFile)
  if (!key && !agentSocket) throw new SshRefused('no key is configured: give --ssh-key-file')
  const digest = digestOf([known, key?.text.toString('latin1'), key?.passphrase, agentSocket])
  const { user: username } = address
  let parsed: ParsedKey | undefined
  const authentication = (): AnyAuthMethod => {
    if (!key) return { type: 'agent', username, agent: agentSocket ?? '' }
    parsed ??= key.parse()
    return { type: 'publickey', username, key: parsed }
  }
  return { address, check, digest, authentication }
}

interface Key {
  readonly text: Buffer
  readonly passphrase: string | undefined
  readonly parse: () => ParsedKey
}

async function readKey(file: string, passphraseFile: string | undefined): Promise<Key> {
  const text = await readKeyFile(file)
  const passphrase = passphraseFile === undefined ? undefined : await readPassphrase(passphraseFile)
  return { text, passphrase, parse: () => parsePrivateKey(file, text, passphrase) }
}

function readPassphrase(file: string): Promise<string> {
  const unusable = (problem: string, cause?: unknown) =>
    new FaultError(fault('ssh-key-unusable', problem), { cause })
  return readSecretFile(file, { unusable, mayBeEmpty: true })
}

/** Undefined if the file is missing. */
async function readKnownHosts(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  try {
    return await readFile(file, 'utf8').catch(ifMissing(undefined))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new FaultError(fault('ssh-known-hosts-unreadable', `${file} (${code})`), { cause })
  }
}

function digestOf(parts: readonly (string | undefined)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('hex')
}
