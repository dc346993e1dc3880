import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { SshSettings } from '../../../../src/model/ssh-settings.ts'
import { run } from '../../../../src/sandbox/child.ts'
import { guard } from '../../../../src/sandbox/reaper.ts'
import { generateKey, type Sshd } from '../../../helpers/sshd.ts'
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts'
import { codeOf, faultOf } from '../set-up.ts'
import { type SshScene, sshScenes } from './scene.ts'

const sshScene = sshScenes(test)

interface KeyOptions {
  readonly args?: readonly string[]
  readonly passphrase?: string
}

/** A new key that the server accepts. */
async function allowedKey(
  t: ExecutionContext,
  sshd: Sshd,
  { args, passphrase }: KeyOptions = {},
): Promise<string> {
  const file = await generateKey(join(await temporaryDirectory(t), 'key'), args, passphrase)
  await sshd.allow(`${file}.pub`)
  return file
}

async function faultWith(scene: SshScene, ssh: SshSettings): Promise<string> {
  await using repository = await scene.openSsh(ssh)
  return await faultOf(repository.headOf('main'))
}

const KINDS: Readonly<Record<string, KeyOptions>> = {
  'an Ed25519 key': {},
  'an RSA key': { args: ['-t', 'rsa', '-b', '2048'] },
  'an ECDSA key': { args: ['-t', 'ecdsa', '-b', '384'] },
  'an RSA key in PEM': { args: ['-t', 'rsa', '-b', '2048', '-m', 'PEM'] },
  'an ECDSA key in PEM': { args: ['-t', 'ecdsa', '-m', 'PEM'] },
  'an RSA key in PKCS #8': { args: ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8'] },
  'an ECDSA key in PKCS #8': { args: ['-t', 'ecdsa', '-m', 'PKCS8'] },
  'an encrypted Ed25519 key': { passphrase: 'correct horse' },
  'an encrypted RSA key in PEM': {
    args: ['-t', 'rsa', '-b', '2048', '-m', 'PEM'],
    passphrase: 'correct horse',
  },
  'an encrypted ECDSA key in PKCS #8': { args: ['-t', 'ecdsa', '-m', 'PKCS8'], passphrase: 'correct horse' },
}

for (const [what, options] of Object.entries(KINDS)) {
  test(`${what} logs in`, async (t) => {
    const scene = await sshScene(t)
    const head = await scene.push({ a: '1' })
    const keyFile = await allowedKey(t, scene.sshd, options)
    const passphraseFile = `${keyFile}.passphrase`
    await writeFile(passphraseFile, `${options.passphrase}\n`)
    const repository = await scene.openSsh({ keyFile, ...(options.passphrase && { passphraseFile }) })
    t.is(await repository.headOf('main'), head)
  })
}

test('a key that the server does not know is refused as credentials are', async (t) => {
  const scene = await sshScene(t)
  const keyFile = await generateKey(join(await temporaryDirectory(t), 'key'))
  t.regex(
    await faultWith(scene, { keyFile }),
    /^git-unauthorized: .*127\.0\.0\.1:\d+\/.*: the server accepts none of the keys$/,
  )
})

test('a wrong passphrase and a missing one are told apart, and neither is repeated', async (t) => {
  const scene = await sshScene(t)
  const keyFile = await allowedKey(t, scene.sshd, { passphrase: 'correct horse' })
  const passphraseFile = `${keyFile}.passphrase`
  await writeFile(passphraseFile, 'hunter2\n')
  const wrong = await faultWith(scene, { keyFile, passphraseFile })
  t.regex(wrong, /^ssh-key-unusable: .*cannot be decrypted: the passphrase is wrong/)
  t.false(wrong.includes('hunter2'))
  t.regex(
    await faultWith(scene, { keyFile }),
    /^ssh-key-unusable: .*is encrypted: give --ssh-key-passphrase-file/,
  )
})

const NO_KEYS: Readonly<Record<string, RegExp>> = {
  '': /is no private key/,
  hunter2: /is no private key/,
  '-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----\n': /is no private key/,
  '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n': /is PKCS #8/,
}

for (const [text, words] of Object.entries(NO_KEYS)) {
  test(`a file with ${JSON.stringify(text.slice(0, 30))} is no key`, async (t) => {
    const scene = await sshScene(t)
    const keyFile = join(await temporaryDirectory(t), 'key')
    await writeFile(keyFile, text, { mode: 0o600 })
    const message = await faultWith(scene, { keyFile })
    t.regex(message, /^ssh-key-unusable: /)
    t.regex(message, words)
    t.false(message.includes('hunter2'))
  })
}

test('a public key in place of the private one is told', async (t) => {
  const scene = await sshScene(t)
  const keyFile = `${await allowedKey(t, scene.sshd)}.pub`
  await chmod(keyFile, 0o600)
  t.regex(await faultWith(scene, { keyFile }), /^ssh-key-unusable: .*is a public key/)
})

test('a key that is gone is told', async (t) => {
  const scene = await sshScene(t)
  t.regex(
    await faultWith(scene, { keyFile: '/nowhere/key' }),
    /^ssh-key-unusable: .*\/nowhere\/key cannot be read \(ENOENT\)/,
  )
})

test('a passphrase that is gone is told', async (t) => {
  const scene = await sshScene(t)
  const keyFile = await allowedKey(t, scene.sshd, { passphrase: 'correct horse' })
  t.regex(
    await faultWith(scene, { keyFile, passphraseFile: '/nowhere/passphrase' }),
    /^ssh-key-unusable: .*\/nowhere\/passphrase cannot be read \(ENOENT\)/,
  )
})

for (const [mode, isFine] of [
  [0o600, true],
  [0o400, true],
  [0o440, true],
  [0o640, true],
  [0o660, false],
  [0o644, false],
  [0o604, false],
  [0o602, false],
] as const) {
  const octal = mode.toString(8).padStart(4, '0')
  test(`a key of this user with mode ${octal} is ${isFine ? 'used' : 'refused, as by ssh'}`, async (t) => {
    const scene = await sshScene(t)
    const keyFile = await allowedKey(t, scene.sshd)
    await chmod(keyFile, mode)
    const message = await faultWith(scene, { keyFile })
    if (isFine) t.regex(message, /^no fault/)
    else t.regex(message, new RegExp(`^ssh-key-unusable: .*is open to other users \\(mode ${octal}\\)`))
  })
}

test('a key that is put in place of another one is used from then on', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ a: '1' })
  const keyFile = join(await temporaryDirectory(t), 'current')
  await copyFile(scene.sshd.keyFile, keyFile)
  const repository = await scene.openSsh({ keyFile })
  t.is(await repository.headOf('main'), head)
  await writeFile(keyFile, await readFile(await generateKey(join(await temporaryDirectory(t), 'unknown'))))
  t.is(await codeOf(repository.headOf('main')), 'git-unauthorized')
  await writeFile(keyFile, await readFile(await allowedKey(t, scene.sshd)))
  t.is(await repository.headOf('main'), head)
})

test('the keys of an agent log in', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ a: '1' })
  const directory = await temporaryDirectory(t)
  const agentSocket = join(directory, 'agent.sock')
  const agent = spawn('ssh-agent', ['-D', '-a', agentSocket], { stdio: ['ignore', 'pipe', 'inherit'] })
  guard(agent)
  t.teardown(() => agent.kill())
  await once(agent.stdout, 'data')
  const env = { ...process.env, SSH_AUTH_SOCK: agentSocket }
  const other = await generateKey(join(directory, 'other'))
  t.is((await run(['ssh-add'], ['-q', other, scene.sshd.keyFile], { env })).code, 0)
  const repository = await scene.openSsh({ keyFile: undefined, agentSocket })
  t.is(await repository.headOf('main'), head)
})

test('an agent that is not there is told', async (t) => {
  const scene = await sshScene(t)
  const message = await faultWith(scene, { keyFile: undefined, agentSocket: '/nowhere/agent.sock' })
  t.regex(message, /^git-unauthorized: .*agent/)
})
