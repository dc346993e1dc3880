import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { decryptSopsDocuments } from '../../adapters/sops/decrypt-sops.ts'
import { readSopsKeys, type SopsKeyTexts } from '../../adapters/sops/sops-keys.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import type { KeySettings } from '../../model/settings.ts'

/** Decryption keys, as key files and the environment hold them when they are used. */
export class Keyring {
  readonly #settings: KeySettings
  #reading: Promise<KeyTexts> | undefined
  /** Digest of the keys used last. */
  #digest: string | undefined

  constructor(settings: KeySettings = {}) {
    this.#settings = settings
  }

  /** Decrypts with the current keys. */
  readonly decrypt: Decrypt = async (documents) => {
    const texts = await this.#read()
    this.#digest = digestOf(texts)
    if ('problem' in texts) return texts
    const read = readSopsKeys(texts)
    return 'problem' in read ? read : decryptSopsDocuments(documents, read.keys)
  }

  /** Whether keys were used and have changed since: files that they did not decrypt may decrypt now. */
  async isRenewed(): Promise<boolean> {
    return this.#digest !== undefined && this.#digest !== digestOf(await this.#read())
  }

  /** Concurrent decryptions share one read of the keys. */
  #read(): Promise<KeyTexts> {
    this.#reading ??= readTexts(this.#settings).finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }
}

type KeyTexts = SopsKeyTexts | { readonly problem: string }

async function readTexts(settings: KeySettings): Promise<KeyTexts> {
  const { ageKeyFile, openpgpKeyFile, ageKey, openpgpKey } = settings
  const [age, openpgp] = await Promise.all([readKey(ageKeyFile), readKey(openpgpKeyFile)])
  const broken = [age, openpgp].find((read) => read !== undefined && 'problem' in read)
  if (broken && 'problem' in broken) return broken
  const texts = { age: textOf(age) ?? ageKey?.reveal(), openpgp: textOf(openpgp) ?? openpgpKey?.reveal() }
  return {
    ...(texts.age !== undefined && { age: texts.age }),
    ...(texts.openpgp !== undefined && { openpgp: texts.openpgp }),
  }
}

type ReadKey = { readonly text: string } | { readonly problem: string } | undefined

async function readKey(file: string | undefined): Promise<ReadKey> {
  if (file === undefined) return undefined
  try {
    return { text: await readFile(file, 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    return { problem: `the key file ${file} cannot be read (${code})` }
  }
}

function textOf(read: ReadKey): string | undefined {
  return read && 'text' in read ? read.text : undefined
}

function digestOf(texts: KeyTexts): string {
  return hash('sha256', JSON.stringify(texts))
}
