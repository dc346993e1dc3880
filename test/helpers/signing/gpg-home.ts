import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../src/sandbox/child.ts'
import { startReaper } from '../../../src/sandbox/reaper.ts'
import { Serial } from '../../../src/support/concurrency/serial.ts'

/**
 * A home directory of the real gpg, with an agent of its own. What is asked of it has its turn; a gpg that Git starts
 * has none, so tests that make keys and those that sign or verify are serial.
 */
export interface GpgHome extends AsyncDisposable {
  readonly directory: string
  /** Makes a key that signs, without a passphrase; gives its fingerprint. */
  key(
    email: string,
    options?: { readonly algorithm?: string; readonly expires?: string; readonly at?: string },
  ): Promise<string>
  /** Revokes a key for a reason, by its number in gpg's list; `at` is a time as gpg fakes it. */
  revoke(key: string, reason: '1' | '2', at: string): Promise<void>
  /** The armored public keys. */
  exported(...who: readonly string[]): Promise<string>
  /** Runs gpg to its end; rejects if it fails. */
  gpg(args: readonly string[], input?: string): Promise<string>
  /** A program for `gpg.program` of Git, with more arguments. */
  program(...more: readonly string[]): Promise<string>
}

export async function gpgHome(): Promise<GpgHome> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-gpg-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  await chmod(directory, 0o700)
  const inTurn = new Serial() // of two processes that write its files at once, one may fail
  const runGpg = (options: readonly string[], args: readonly string[], input?: string) =>
    inTurn.run(async () => {
      const always = ['--homedir', directory, '--pinentry-mode', 'loopback', ...options]
      const { stdout, stderr, code } = await run(['gpg', ...always], args, { input })
      if (code !== 0) throw new Error(`gpg ${args.join(' ')} failed: ${stderr}`)
      return stdout
    })
  const gpg = (args: readonly string[], input?: string) =>
    runGpg(['--batch', '--yes', '--passphrase', ''], args, input)
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
    async revoke(key, reason, at) {
      const options = ['--no-tty', '--command-fd', '0', '--faked-system-time', `${at}!`]
      const answers = ['y', reason, '', 'y', ''].map((answer) => `${answer}\n`).join('')
      await gpg(['--import'], await runGpg(options, ['--gen-revoke', key], answers))
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
      await reaper.close()
    },
  }
}
