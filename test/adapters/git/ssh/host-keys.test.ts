import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { generateKey, knownHostLine } from '../../../helpers/sshd.ts'
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts'
import { codeOf, faultOf } from '../set-up.ts'
import { type SshScene, sshScenes } from './scene.ts'

const HOST_KEYS = ['rsa', 'ecdsa', 'ed25519'] as const
const sshScene = sshScenes(test, HOST_KEYS)

/** A fresh known_hosts file. */
async function knownHosts(t: ExecutionContext, text: string): Promise<string> {
  const file = join(await temporaryDirectory(t), 'known_hosts')
  await writeFile(file, text)
  return file
}

/** As ssh-keygen -l shows it. */
async function fingerprintOf(keyFile: string): Promise<string> {
  const [, key = ''] = (await readFile(`${keyFile}.pub`, 'utf8')).split(' ')
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64')
  return `SHA256:${digest.replace(/=+$/, '')}`
}

async function messageWith(scene: SshScene, knownHostsFile: string): Promise<string> {
  await using repository = await scene.openSsh({ knownHostsFile })
  return await faultOf(repository.headOf('main'))
}

test('a host that is not known is refused with its fingerprint and the line to add', async (t) => {
  const scene = await sshScene(t)
  const message = await messageWith(scene, await knownHosts(t, '# none\n'))
  const line = await knownHostLine('127.0.0.1', scene.sshd.port, scene.sshd.hostKey('ed25519'))
  t.regex(message, /^ssh-host-unknown: the SSH server is not known: \[127\.0\.0\.1\]:\d+ presents SHA256:/)
  t.true(message.includes(await fingerprintOf(scene.sshd.hostKey('ed25519'))), message)
  t.true(message.includes(line.trim()), message)
  t.notRegex(await scene.sshd.log(), /Failed publickey/)
})

test('the line that the fault shows is the one that makes the host known', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ a: '1' })
  const message = await messageWith(scene, await knownHosts(t, ''))
  const [, line = ''] = /add: (.*)$/.exec(message) ?? []
  const repository = await scene.openSsh({ knownHostsFile: await knownHosts(t, `${line}\n`) })
  t.is(await repository.headOf('main'), head)
})

test('without a file of known hosts no host is known', async (t) => {
  const scene = await sshScene(t)
  t.regex(
    await messageWith(scene, '/nowhere/known_hosts'),
    /^ssh-host-unknown: .*there is no file \/nowhere\/known_hosts; .*add: \[127/,
  )
})

test('without a home directory and without an option no host is known, and the option is named', async (t) => {
  const scene = await sshScene(t)
  const repository = await scene.openSsh({ knownHostsFile: undefined })
  const error = await t.throwsAsync(repository.headOf('main'))
  t.regex(error?.message ?? '', /the SSH server is not known: .*give --ssh-known-hosts-file; .*add: \[127/)
})

test('a file of known hosts that cannot be read is told', async (t) => {
  const scene = await sshScene(t)
  const directory = await temporaryDirectory(t)
  t.is(
    await messageWith(scene, directory),
    `ssh-known-hosts-unreadable: the file of known SSH servers cannot be read: ${directory} (EISDIR)`,
  )
})

test('a host key that has changed is refused, and both fingerprints are told', async (t) => {
  const scene = await sshScene(t)
  const other = await generateKey(join(await temporaryDirectory(t), 'other'))
  const message = await messageWith(
    scene,
    await knownHosts(t, await knownHostLine('127.0.0.1', scene.sshd.port, other)),
  )
  t.regex(message, /^ssh-host-key-changed: /)
  t.true(message.includes(`presents ${await fingerprintOf(scene.sshd.hostKey('ed25519'))}`), message)
  t.true(message.includes(`known is ${await fingerprintOf(other)}`), message)
})

test('a revoked host key is refused, although another line knows it', async (t) => {
  const scene = await sshScene(t)
  const line = await knownHostLine('127.0.0.1', scene.sshd.port, scene.sshd.hostKey('ed25519'))
  t.regex(await messageWith(scene, await knownHosts(t, `${line}@revoked ${line}`)), /^ssh-host-key-revoked: /)
})

test('a certificate authority is not taken for the host key, and that is said', async (t) => {
  const scene = await sshScene(t)
  const line = await knownHostLine('127.0.0.1', scene.sshd.port, scene.sshd.hostKey('ed25519'))
  const message = await messageWith(scene, await knownHosts(t, `@cert-authority ${line}`))
  t.regex(message, /^ssh-host-unknown: .*@cert-authority for it, but Reeve accepts no host certificates/)
})

for (const type of HOST_KEYS) {
  test(`a server with several keys is known by its ${type} key alone`, async (t) => {
    const scene = await sshScene(t)
    const head = await scene.push({ a: '1' })
    const line = await knownHostLine('127.0.0.1', scene.sshd.port, scene.sshd.hostKey(type))
    const repository = await scene.openSsh({ knownHostsFile: await knownHosts(t, line) })
    t.is(await repository.headOf('main'), head)
  })
}

test('a host that loses its trust is not asked again over a connection that was kept', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ a: '1' })
  const knownHostsFile = await knownHosts(t, await readFile(scene.sshd.knownHosts, 'utf8'))
  const repository = await scene.openSsh({ knownHostsFile })
  t.is(await repository.headOf('main'), head)
  await writeFile(knownHostsFile, '')
  t.is(await codeOf(repository.headOf('main')), 'ssh-host-unknown')
})
