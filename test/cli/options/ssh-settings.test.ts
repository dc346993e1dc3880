import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { Flags } from '../../../src/cli/options/given.ts'
import { readSettings } from '../../../src/cli/options/settings.ts'
import { UsageError } from '../../../src/cli/options/usage-error.ts'
import { describeFault } from '../../../src/model/fault.ts'

const REPO = 'git@git.example.com:team/fleet.git'
const AGENT = { SSH_AUTH_SOCK: '/run/agent.sock' }

function settings(flags: Flags, environment: Readonly<Record<string, string>> = {}) {
  const surroundings = { environment, terminal: false, homeDirectory: '/home/ann' }
  return readSettings({ flags, faults: [], operands: [] }, surroundings)
}

async function faultsOf(
  t: ExecutionContext,
  flags: Flags,
  environment: Readonly<Record<string, string>> = {},
) {
  const error = await t.throwsAsync(settings(flags, environment), { instanceOf: UsageError })
  return error?.faults.map(describeFault) ?? []
}

async function file(t: ExecutionContext, name = 'file'): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'reeve-cli-'))
  t.teardown(() => rm(directory, { recursive: true }))
  await writeFile(path.join(directory, name), 'x\n')
  return path.join(directory, name)
}

test('an SSH address needs a key file; the servers are those that the user knows', async (t) => {
  const key = await file(t, 'key')
  const read = await settings({ repo: REPO, 'ssh-key-file': key }, AGENT)
  t.is(read.repo, REPO)
  t.deepEqual(read.ssh, { knownHostsFile: '/home/ann/.ssh/known_hosts', keyFile: key })
  t.regex(read.dataDir, /\/reeve\/fleet-[0-9a-f]{12}$/)
})

test('without a key file the keys of the agent are used', async (t) => {
  const read = await settings({ repo: REPO }, AGENT)
  t.deepEqual(read.ssh, { knownHostsFile: '/home/ann/.ssh/known_hosts', agentSocket: '/run/agent.sock' })
})

test('the passphrase and the known servers have files of their own', async (t) => {
  const [keyFile, passphraseFile, knownHostsFile] = [await file(t), await file(t), await file(t)]
  const read = await settings({
    repo: 'ssh://git@git.example.com:2222/team/fleet.git',
    'ssh-key-file': keyFile,
    'ssh-key-passphrase-file': passphraseFile,
    'ssh-known-hosts-file': knownHostsFile,
  })
  t.deepEqual(read.ssh, { keyFile, passphraseFile, knownHostsFile })
})

test('an SSH address with neither key nor agent is a fault', async (t) => {
  t.deepEqual(await faultsOf(t, { repo: REPO }), [
    'invalid option: --ssh-key-file is missing: a remote over SSH needs a private key, or an agent that SSH_AUTH_SOCK names',
  ])
})

test('a passphrase without its key is a fault', async (t) => {
  t.deepEqual(await faultsOf(t, { repo: REPO, 'ssh-key-passphrase-file': await file(t) }, AGENT), [
    'invalid option: --ssh-key-passphrase-file needs --ssh-key-file',
  ])
})

test('a token for an SSH address, and a key for HTTPS, are faults', async (t) => {
  const some = await file(t)
  t.deepEqual(await faultsOf(t, { repo: REPO, 'ssh-key-file': some }, { REEVE_GIT_TOKEN: 'hunter2' }), [
    'invalid option: REEVE_GIT_TOKEN is for remotes over HTTP, and --repo is an SSH address: give --ssh-key-file',
  ])
  t.deepEqual(await faultsOf(t, { repo: 'https://git.example.com/fleet.git', 'ssh-key-file': some }), [
    'invalid option: --ssh-key-file is for remotes over SSH, and --repo is none',
  ])
})

test('what is wrong with an SSH address is said without repeating it', async (t) => {
  const faults = await faultsOf(t, { repo: 'ssh://git:hunter2@git.example.com/fleet.git' }, AGENT)
  t.deepEqual(faults, [
    'invalid option: --repo contains a password, which SSH remotes do not take: give --ssh-key-file',
  ])
})
