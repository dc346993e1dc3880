import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../../src/sandbox/child.ts'
import { generateKey } from '../sshd.ts'

/** A key of the real ssh-keygen. */
export interface SshKey {
  /** Path of the private key; that of the public one ends in `.pub`. */
  readonly path: string
  /** Type and base64, without a comment. */
  readonly publicKey: string
}

/** @param options of ssh-keygen, such as `['-t', 'rsa', '-b', '1024']` */
export async function sshKey(
  directory: string,
  name: string,
  options: readonly string[] = ['-t', 'ed25519'],
  passphrase = '',
): Promise<SshKey> {
  const path = await generateKey(join(directory, name), options, passphrase)
  const [type, key] = (await readFile(`${path}.pub`, 'utf8')).split(' ')
  return { path, publicKey: `${type} ${key}` }
}

/** Runs ssh-keygen to its end; rejects if it fails. */
export async function sshKeygen(args: readonly string[], input?: string): Promise<string> {
  const { stdout, stderr, code } = await run(['ssh-keygen'], args, {
    input,
    env: { ...process.env, TZ: 'UTC' },
  })
  if (code !== 0) throw new Error(`ssh-keygen ${args.join(' ')} failed: ${stderr}${stdout}`)
  return stdout
}
