import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../src/sandbox/child.ts'
import { Serial } from '../../../src/support/concurrency/serial.ts'

/** A home directory of the real gpg, with an agent of its own. */
export interface GpgHome extends AsyncDisposable {
  readonly directory: string
  /** Makes a key that signs, without a passphrase; gives its fingerprint. */
  key(
    email: string,
    options?: { readonly algorithm?: string; readonly expires?: string; readonly at?: string },
  ): Promise<string>
  /** The armored public keys. */
  exported(...who: readonly string[]): Promise<string>
  /** Runs gpg to its end; rejects if it fails. */
  gpg(args: readonly string[], input?: string): Promise<string>
  /** A program for `gpg.program` of Git, with more arguments. */
  program(...more: readonly string[]): Promise<string>
}

export async function gpgHome(): Promise<GpgHome> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-gpg-'))
  await chmod(directory, 0o700)
  const inTurn = new Serial() // of two processes that write its files at once, one may fail
  const runGpg = async (args: readonly string[], input?: string): Promise<string> => {
    const options = [
      '--homedir',
      directory,
      '--batch',
      '--yes',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
    ]
    const { stdout, stderr, code } = await run(['gpg', ...options], args, { input })
    if (code !== 0) throw new Error(`gpg ${args.join(' ')} failed: ${stderr}`)
    return stdout
  }
  const gpg = (args: readonly string[], input?: string) => inTurn.run(() => runGpg(args, input))
  let programs = 0
  return {
    directory,
    gpg,
    async key(email, { algorithm = 'ed25519', expires = 'never', at } = {}) {
      const time = at === undefined ? [] : ['--faked-system-time', `${at}!`]
      await gpg([...time, '--quick-gen-key', `Signer <${email}>`, algorithm, 'sign', expires])
      const listed = await gpg(['--list-keys', '--with-colons', email])
      return /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? ''
    },
    exported: (...who) => gpg(['--armor', '--export', ...who]),
    async program(...more) {
      const path = join(directory, `gpg-${programs++}`)
      const options = ['--homedir', directory, '--batch', '--no-tty', ...more]
        .map((each) => `'${each}'`)
        .join(' ')
      await writeFile(path, `#!/bin/sh\nexec gpg ${options} "$@"\n`)
      await chmod(path, 0o755)
      return path
    },
    async [Symbol.asyncDispose]() {
      await run(['gpgconf'], ['--homedir', directory, '--kill', 'all'])
      await rm(directory, { recursive: true, force: true })
    },
  }
}
