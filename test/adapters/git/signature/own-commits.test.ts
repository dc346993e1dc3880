import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { encodeCommit } from '../../../../src/adapters/git/commit.ts'
import { checkSignature } from '../../../../src/adapters/git/signature/check-signature.ts'
import { commitSigner } from '../../../../src/adapters/git/signature/commit-signer.ts'
import { readSignerKeys } from '../../../../src/adapters/git/signature/signer-keys.ts'
import { splitCommit, withSignature } from '../../../../src/adapters/git/signature/split-commit.ts'
import { wireString } from '../../../../src/adapters/git/signature/ssh-wire.ts'
import { FaultError } from '../../../../src/model/fault.ts'
import type { SigningRule } from '../../../../src/model/signing.ts'
import { guardDirectory } from '../../../../src/sandbox/reaper.ts'
import { commits } from '../../../helpers/signing/commits.ts'
import { gpgHome } from '../../../helpers/signing/gpg-home.ts'
import { sshKey } from '../../../helpers/signing/ssh-key.ts'

const directory = await mkdtemp(join(tmpdir(), 'reeve-own-'))
guardDirectory(directory)
const repository = await commits()
const home = await gpgHome()
const PASSPHRASE = join(directory, 'passphrase')
await writeFile(PASSPHRASE, 'open sesame\n')

test.after.always(async () => {
  await repository[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
})

const PAYLOAD = encodeCommit({
  tree: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  author: { name: 'Reeve', email: 'reeve@localhost' },
  time: Math.floor(Date.now() / 1000),
  message: 'acme: healthy\n\nReeve-Cluster: eu',
})

async function signedBy(rule: SigningRule): Promise<Buffer> {
  const raw = withSignature(PAYLOAD, await commitSigner(rule)(PAYLOAD))
  if (!splitCommit(raw).payload.equals(PAYLOAD)) throw new Error('another payload')
  return raw
}

async function isVerified(raw: Buffer, keys: string): Promise<readonly string[]> {
  const found = await readSignerKeys(Buffer.from(keys), 'keys')
  if (typeof found === 'string') throw new Error(found)
  return (await checkSignature('1'.repeat(40), raw, { keys: found })).principals
}

for (const options of [
  ['-t', 'ed25519'],
  ['-t', 'ecdsa', '-b', '256'],
  ['-t', 'ecdsa', '-b', '521'],
  ['-t', 'rsa', '-b', '2048'],
  ['-t', 'rsa', '-b', '2048', '-m', 'PEM'],
])
  for (const passphrase of ['', 'open sesame'])
    test(`git verify-commit takes what Reeve signs by ${options.join(' ')}${passphrase && ' with a passphrase'}`, async (t) => {
      const name = [...options, passphrase ? 'locked' : 'open'].join('')
      const key = await sshKey(directory, name, options, passphrase)
      const rule = {
        format: 'ssh',
        keyFile: key.path,
        ...(passphrase && { passphraseFile: PASSPHRASE }),
      } as const
      const signers = join(directory, `${name}-signers`)
      await writeFile(signers, `reeve ${key.publicKey}\n`)
      // Signatures of one key differ in length; to unlock a key takes long.
      for (let times = 0; times < (passphrase ? 1 : 4); times += 1) {
        const raw = await signedBy(rule)
        t.true(await repository.verifies(raw, { 'gpg.format': 'ssh', 'gpg.ssh.allowedSignersFile': signers }))
        t.deepEqual(await isVerified(raw, `reeve ${key.publicKey}`), ['reeve'])
      }
    })

for (const algorithm of ['ed25519', 'rsa2048', 'nistp256'])
  for (const passphrase of ['', 'open sesame'])
    test.serial(
      `git verify-commit takes what Reeve signs by OpenPGP, ${algorithm}${passphrase && ' with a passphrase'}`,
      async (t) => {
        const email = `${algorithm}${passphrase ? 'locked' : 'open'}@example.com`
        const secret = ['--passphrase', passphrase]
        await home.gpg([...secret, '--quick-gen-key', email, algorithm, 'sign', 'never'])
        const keyFile = join(directory, `${email}.key`)
        await writeFile(keyFile, await home.gpg([...secret, '--armor', '--export-secret-keys', email]))
        const raw = await signedBy({
          format: 'openpgp',
          keyFile,
          ...(passphrase && { passphraseFile: PASSPHRASE }),
        })
        t.true(await repository.verifies(raw, { 'gpg.program': await home.program() }))
        t.is((await isVerified(raw, await home.exported(email))).length > 0, true)
      },
    )

test('a key that cannot sign says why', async (t) => {
  const locked = await sshKey(directory, 'locked', ['-t', 'ed25519'], 'another')
  const publicFile = `${locked.path}.pub`
  const none = join(directory, 'no-key')
  await writeFile(none, pem('OPENSSH PRIVATE KEY', NO_KEY))
  const damaged = join(directory, 'damaged')
  const curve = await sshKey(directory, 'curve', ['-t', 'ecdsa', '-b', '384', '-m', 'PEM'], '')
  await writeFile(damaged, damagedPem(await readFile(curve.path, 'utf8')))
  for (const [rule, says] of [
    [{ format: 'ssh', keyFile: join(directory, 'none') }, /none cannot be read \(ENOENT\)$/],
    [{ format: 'ssh', keyFile: locked.path }, /locked cannot be used: .*passphrase/],
    [{ format: 'ssh', keyFile: locked.path, passphraseFile: PASSPHRASE }, /locked cannot be used/],
    [{ format: 'ssh', keyFile: publicFile }, /has no SSH private key$/],
    [{ format: 'ssh', keyFile: none }, /has no SSH private key$/],
    [{ format: 'ssh', keyFile: damaged }, /damaged cannot sign: it is damaged$/],
    [{ format: 'openpgp', keyFile: publicFile }, /has no OpenPGP private key$/],
    [{ format: 'openpgp', keyFile: directory }, /is not a file$/],
  ] as const) {
    const error = await t.throwsAsync(commitSigner(rule)(PAYLOAD), { instanceOf: FaultError })
    t.is(error?.fault.code, 'signing-key')
    t.regex(error?.fault.message ?? '', says)
    t.notRegex(error?.fault.message ?? '', /sesame/)
  }
})

/** A file in the format of OpenSSH (PROTOCOL.key) that says it has no key. */
const NO_KEY = Buffer.concat([
  Buffer.from('openssh-key-v1\0'),
  ...['none', 'none', ''].map((text) => wireString(text)),
  Buffer.alloc(4),
])

function pem(type: string, bytes: Buffer): string {
  return `-----BEGIN ${type}-----\n${bytes.toString('base64')}\n-----END ${type}-----\n`
}

/** A key of ECDSA whose public point, at its end, is not on the curve. */
function damagedPem(text: string): string {
  const bytes = Buffer.from(text.replaceAll(/^-.*$/gm, ''), 'base64')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  return pem('EC PRIVATE KEY', bytes)
}
