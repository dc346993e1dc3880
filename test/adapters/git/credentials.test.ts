import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { credentialsFrom } from '../../../src/adapters/git/credentials.ts'
import { redactCredentials } from '../../../src/adapters/git/redact-credentials.ts'
import { httpRemote } from '../../../src/adapters/git/remote.ts'
import { writeStatusBranch } from '../../../src/stages/report/status-branch.ts'
import { temporaryDirectory } from '../../helpers/temporary-directory.ts'
import { codeOf, gitScene } from './set-up.ts'

test('a token goes with the user that forges expect, unless one is given', async (t) => {
  const tokenFile = await fileWith(t, 'tok\n')
  t.deepEqual(await credentialsFrom({ tokenFile })(), { username: 'x-access-token', password: 'tok' })
  t.deepEqual(await credentialsFrom({ tokenFile, username: 'me' })(), { username: 'me', password: 'tok' })
  t.deepEqual(await credentialsFrom({ env: { REEVE_GIT_TOKEN: 'e' } })(), {
    username: 'x-access-token',
    password: 'e',
  })
})

test('a password file counts before the environment', async (t) => {
  const passwordFile = await fileWith(t, 'pass')
  const env = { REEVE_GIT_USERNAME: 'me', REEVE_GIT_PASSWORD: 'other' }
  t.deepEqual(await credentialsFrom({ passwordFile, env })(), { username: 'me', password: 'pass' })
  t.deepEqual(await credentialsFrom({ env })(), { username: 'me', password: 'other' })
  t.is(await credentialsFrom({})(), undefined)
})

test('a file that is missing or empty is git-unauthorized when it is needed', async (t) => {
  t.is(await codeOf(credentialsFrom({ tokenFile: '/does/not/exist' })()), 'git-unauthorized')
  t.is(await codeOf(credentialsFrom({ tokenFile: await fileWith(t, '\n') })()), 'git-unauthorized')
})

test('rotated credentials count at the next request', async (t) => {
  const scene = await gitScene(t, { username: 'reeve', password: 'new' })
  const head = await scene.push({ a: '1' })
  const passwordFile = await fileWith(t, 'old')
  const credentials = credentialsFrom({ username: 'reeve', passwordFile })
  const repository = await scene.open({ remote: { url: scene.server.url, credentials } })
  t.is(await codeOf(repository.fetch('main')), 'git-unauthorized')
  await writeFile(passwordFile, 'new')
  t.is(await repository.fetch('main'), head)
})

test('wrong and missing credentials are git-unauthorized, and no message holds them', async (t) => {
  const scene = await gitScene(t, { username: 'reeve', password: 'right' })
  await scene.push({ a: '1' })
  const url = scene.server.url.replace('://', '://reeve:hunter2@')
  const repository = await scene.open({ remote: { url } })
  const write = { branch: 'status', files: new Map([['README.md', 'x']]), message: 'x' }
  const error = await t.throwsAsync(repository.headOf('main'))
  t.regex(error?.message ?? '', /401/)
  t.notRegex(JSON.stringify(error) + error?.stack + String(error?.cause), /hunter2/)
  t.is(await codeOf(writeStatusBranch(repository, write)), 'git-unauthorized')
})

test('credentials in the URL are used and taken out of it', async (t) => {
  const remote = httpRemote({ url: 'https://me:p%40ss@example.com/repo.git/' })
  t.is(remote.url, 'https://example.com/repo.git')
  t.deepEqual(await remote.credentials(), { username: 'me', password: 'p@ss' })
})

for (const url of ['ssh://git@example.com/x', 'git@example.com:x', '/local', 'file:///x', '', 'https://']) {
  test(`"${url}" is no remote`, (t) => {
    const error = t.throws(() => httpRemote({ url }))
    t.like(error, { fault: { code: 'bad-option' } })
  })
}

const WORDS = [
  ['https://me:secret@example.com/x failed', 'https://example.com/x failed'],
  ['HTTP://tok@h and https://a:b@c@d/x', 'HTTP://h and https://d/x'],
  ['mail a@b.c', 'mail a@b.c'],
  ['\u001b[31mred\u001b[0m\r\nline', 'red  line'],
  ['the password is hunter2!', 'the password is (secret)!'],
  ['x'.repeat(600), `${'x'.repeat(500)}…`],
] as const

for (const [text, expected] of WORDS) {
  test(`words from outside become "${expected.slice(0, 40)}"`, (t) => {
    t.is(redactCredentials(text, ['hunter2', '']), expected)
  })
}

async function fileWith(t: Parameters<typeof temporaryDirectory>[0], text: string): Promise<string> {
  const file = join(await temporaryDirectory(t), 'secret')
  await writeFile(file, text)
  return file
}
