import { Secret } from '../../model/secret.ts'

/** Private keys that files may be encrypted for. */
export interface SopsKeys {
  /** `AGE-SECRET-KEY-1…` or, post-quantum, `AGE-SECRET-KEY-PQ-1…` each. */
  readonly age: readonly Secret[]
  /** ASCII-armored private keys without a passphrase, one block each. */
  readonly openpgp: readonly Secret[]
}

/** The texts of key files; several of one kind are concatenated. */
export interface SopsKeyTexts {
  /** As `age-keygen` writes it: one key per line, and comments. */
  readonly age?: string
  /** As `gpg --export-secret-keys --armor` writes it. */
  readonly openpgp?: string
}

/** Reads key files. A damaged key shows only when a file needs it. */
export function readSopsKeys({ age, openpgp }: SopsKeyTexts):
  | { readonly keys: SopsKeys }
  | {
      readonly problem: string
    } {
  const problem = ageProblem(age) ?? openpgpProblem(openpgp)
  if (problem !== undefined) return { problem }
  return {
    keys: {
      age: [...new Set(keyLines(age).map(({ text }) => text))].map((text) => new Secret(text)),
      openpgp: privateBlocks(openpgp).map((text) => new Secret(text)),
    },
  }
}

/** Bech32 of 32 bytes and a checksum (BIP 173). */
const ageKey = /^AGE-SECRET-KEY-(?:PQ-)?1[02-9AC-HJ-NP-Z]{58}$/

function keyLines(text = ''): readonly { readonly text: string; readonly line: number }[] {
  return text
    .split('\n')
    .map((line, index) => ({ text: line.trim(), line: index + 1 }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'))
}

function ageProblem(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const lines = keyLines(text)
  if (lines.length === 0) return 'the age key file contains no key'
  const wrong = lines.find((line) => !ageKey.test(line.text))
  return wrong && `line ${wrong.line} of the age key file ${whyNoAgeKey(wrong.text)}`
}

function whyNoAgeKey(text: string): string {
  if (text.startsWith('-----BEGIN AGE')) return 'begins an encrypted file; Reeve needs the key in plain text'
  if (text.startsWith('AGE-PLUGIN-')) return 'is the key of an age plugin, which Reeve does not support'
  if (text.startsWith('age1')) return 'is a recipient (public), not a secret key'
  return 'is not an age secret key (AGE-SECRET-KEY-1…)'
}

const privateBlock =
  /^-----BEGIN PGP PRIVATE KEY BLOCK-----[ \t]*\r?$[\s\S]*?^-----END PGP PRIVATE KEY BLOCK-----[ \t]*\r?$/gm

function privateBlocks(text = ''): readonly string[] {
  return text.match(privateBlock) ?? []
}

function openpgpProblem(text: string | undefined): string | undefined {
  if (text === undefined || privateBlocks(text).length > 0) return undefined
  if (text.includes('BEGIN PGP PUBLIC KEY BLOCK')) return 'the OpenPGP key file contains only a public key'
  return 'the OpenPGP key file contains no ASCII-armored private key'
}
