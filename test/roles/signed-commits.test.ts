import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { load } from 'js-yaml'
import { git, runGit } from '../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { kubectl, liveWhen } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import { sshKey } from '../helpers/signing/ssh-key.ts'
import { until } from '../helpers/until.ts'

const test = controlPlaneTest()

/** A fleet whose commits are signed, and the option that requires it. */
async function signedFleet(
  t: ExecutionContext<{ controlPlane: Parameters<typeof startFleet>[0] }>,
  name: string,
) {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-signed-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const [ann, reeve] = [await sshKey(directory, 'ann'), await sshKey(directory, 'reeve')]
  const signers = join(directory, 'allowed_signers')
  await writeFile(signers, `*@example.com ${ann.publicKey}\nreeve ${reeve.publicKey}\n`)
  const fleet = await startFleet(t.context.controlPlane, { name })
  t.teardown(() => fleet[Symbol.asyncDispose]())
  await fleet.work.run('config', 'gpg.format', 'ssh')
  await fleet.work.run('config', 'user.signingkey', ann.path)
  const config = async (...lines: readonly string[]) => {
    const file = join(directory, 'reeve.yaml')
    await writeFile(file, lines.join('\n'))
    return ['--config', file]
  }
  return {
    fleet,
    signers,
    annKey: ann.publicKey,
    config,
    verify: await config('verify:', `  keys: [${signers}]`, 'sign:', `  sshKeyFile: ${reeve.path}`),
    signing: (isOn: boolean) => fleet.work.run('config', 'commit.gpgsign', String(isOn)),
  }
}

const map = (name: string, value: string) => ({ 'acme/all.yaml': configMap('default', name, { value }) })
const value = (expected: string) => (object: object) =>
  (object as { data?: { value?: string } }).data?.value === expected

async function branchRecord(fleet: Fleet): Promise<Record<string, unknown> | undefined> {
  const { code, stdout } = await runGit(['show', `${fleet.statusBranch}:branch.yaml`], {
    cwd: fleet.git.directory,
  })
  return code === 0 ? (load(stdout) as Record<string, unknown>) : undefined
}

const readme = (fleet: Fleet) =>
  git(['show', `${fleet.statusBranch}:README.md`], { cwd: fleet.git.directory })

test.serial('an unsigned head is not applied, and the last good commit is healed', async (t) => {
  const { controlPlane } = t.context
  const { fleet, verify, signing, signers } = await signedFleet(t, 'signed')
  await signing(true)
  const good = await fleet.push(map('signed', 'good'))
  {
    await using reeve = fleet.run(...verify, '--listen', '127.0.0.1:0')
    await fleet.recorded('acme', ({ state, commit }) => state === 'healthy' && commit === good)
    t.is(await branchRecord(fleet), undefined)
    await signing(false)
    const bad = await fleet.push(map('signed', 'bad'))
    const told = await reeve.logged('the head of the branch is not applied')
    t.like(told, { commit: bad, applied: good, code: 'unsigned-commit' })
    t.regex(String(told.fault ?? JSON.stringify(told)), /by Reeve Tester <tester@example\.com>/)
    const { url } = await reeve.logged('serving probes and metrics')
    t.regex(await (await fetch(`${url}/readyz`)).text(), /stuck before commit .*not signed/)
    t.regex(
      await (await fetch(`${url}/metrics`)).text(),
      /\nreeve_head_refused\{code="unsigned-commit"\} 1\n/,
    )
    const record = await until('the record of the branch', () => branchRecord(fleet))
    t.like(record, { kind: 'BranchStatus', refused: bad, applied: good })
    t.regex(JSON.stringify(record), /unsigned-commit/)
    t.regex(
      await readme(fleet),
      new RegExp(`head of main, .${bad.slice(0, 7)}., is not applied, .${good.slice(0, 7)}.`),
    )
    await kubectl(
      controlPlane,
      'patch',
      'configmap/signed',
      '--type=merge',
      '--patch={"data":{"value":"drift"}}',
    )
    await liveWhen(controlPlane, 'default', 'configmap/signed', value('good'))
  }
  await rm(fleet.dataDir, { recursive: true })
  await kubectl(
    controlPlane,
    'patch',
    'configmap/signed',
    '--type=merge',
    '--patch={"data":{"value":"drift"}}',
  )
  {
    await using reeve = fleet.run(...verify)
    t.like(await reeve.logged('the head of the branch is not applied'), { applied: good })
    await liveWhen(controlPlane, 'default', 'configmap/signed', value('good'))
    await signing(true)
    const better = await fleet.push(map('signed', 'better'))
    await reeve.logged('the head of the branch is applied again')
    await liveWhen(controlPlane, 'default', 'configmap/signed', value('better'))
    await fleet.recorded('acme', ({ commit }) => commit === better)
    await until('the record of the branch to go', async () =>
      (await branchRecord(fleet)) === undefined ? true : undefined,
    )
    t.notRegex(await readme(fleet), /is not applied/)
  }
  const ssh = ['-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${signers}`]
  for (const { oid } of await fleet.statusCommits())
    t.is(
      (await runGit([...ssh, 'verify-commit', oid], { cwd: fleet.git.directory })).code,
      0,
      'status commits are signed',
    )
})

test.serial(
  'a restart takes the last accepted commit, not an older signed one that was pushed by force',
  async (t) => {
    const { controlPlane } = t.context
    const { fleet, verify, signing } = await signedFleet(t, 'forced')
    await signing(true)
    const older = await fleet.push(map('forced', 'older'))
    const newer = await fleet.push(map('forced', 'newer'))
    {
      await using _reeve = fleet.run(...verify)
      await fleet.recorded('acme', ({ commit }) => commit === newer)
    }
    await signing(false)
    await fleet.work.run('reset', '--quiet', '--hard', older)
    await fleet.work.write('acme/all.yaml', configMap('default', 'forced', { value: 'evil' }))
    await fleet.work.commit('Evil')
    await fleet.work.push({ force: true })
    await using reeve = fleet.run(...verify)
    t.like(await reeve.logged('the head of the branch is not applied'), { applied: newer })
    await reeve.logged('in sync', ({ commit }) => commit === newer)
    t.true(value('newer')(await liveWhen(controlPlane, 'default', 'configmap/forced')))
  },
)

test.serial('new keys make a refused head count, and nothing is applied without any', async (t) => {
  const { controlPlane } = t.context
  const { fleet, verify, signing, signers, annKey } = await signedFleet(t, 'keys')
  await writeFile(signers, `*@example.com ${(await sshKey(join(signers, '..'), 'bob')).publicKey}\n`)
  await signing(true)
  const head = await fleet.push(map('keys', 'one'))
  const synced = await fleet.sync(...verify)
  t.is(synced.code, 1)
  t.regex(synced.stderr, /signed by another than the configuration of Reeve lists/)
  const planned = await fleet.plan(...verify)
  t.regex(planned.stdout + planned.stderr, /signed by another than the configuration of Reeve lists/)
  const adopted = await fleet.reeve('adopt', 'acme', '--yes', ...verify)
  t.is(adopted.code, 2)
  t.regex(adopted.stdout + adopted.stderr, /signed by another than the configuration of Reeve lists/)
  await using reeve = fleet.run(...verify)
  t.like(await reeve.logged('the head of the branch is not applied'), {
    commit: head,
    code: 'unknown-signer',
  })
  await writeFile(signers, `*@example.com ${annKey}\n`)
  await reeve.logged('the head of the branch is applied again')
  await liveWhen(controlPlane, 'default', 'configmap/keys')
})

test.serial('where all commits have to be signed, a signed head vouches for none before it', async (t) => {
  const { fleet, config, signers, signing } = await signedFleet(t, 'all')
  const all = await config('verify:', '  mode: all', `  keys: [${signers}]`)
  await signing(true)
  const good = await fleet.push(map('all', 'good'))
  await using reeve = fleet.run(...all)
  await fleet.recorded('acme', ({ commit }) => commit === good)
  await signing(false)
  const unsigned = await fleet.push(map('all', 'unsigned'))
  await reeve.logged('the head of the branch is not applied', ({ commit }) => commit === unsigned)
  await signing(true)
  const signed = await fleet.push(map('all', 'signed'))
  const told = await reeve.logged('the head of the branch is not applied', ({ commit }) => commit === signed)
  t.like(told, { code: 'unverified-history', applied: good })
  await fleet.work.run('reset', '--quiet', '--hard', good)
  await fleet.work.write('acme/all.yaml', configMap('default', 'all', { value: 'again' }))
  const again = await fleet.work.commit('Again')
  await fleet.work.push({ force: true })
  await fleet.recorded('acme', ({ commit }) => commit === again)
})

test.serial('a deletion is allowed by the trailer of a signed commit alone', async (t) => {
  const { controlPlane } = t.context
  const { fleet, verify, signing } = await signedFleet(t, 'trailer')
  const two = {
    'acme/a.yaml': configMap('default', 'trailer-a', {}),
    'acme/b.yaml': configMap('default', 'trailer-b', {}),
    'acme/c.yaml': configMap('default', 'trailer-c', {}),
  }
  await signing(true)
  await fleet.push(two)
  await using reeve = fleet.run(...verify)
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await signing(false)
  await fleet.push(
    { 'acme/a.yaml': undefined, 'acme/b.yaml': undefined },
    'Remove\n\nReeve-Allow-Deletion: acme',
  )
  await reeve.logged('the head of the branch is not applied')
  await signing(true)
  const signed = await fleet.push({ 'x.txt': 'x' }, 'Go on')
  await fleet.recorded('acme', ({ problems }) =>
    problems.some(({ remedy = '' }) => remedy.includes('Reeve-Allow-Deletion')),
  )
  await liveWhen(controlPlane, 'default', 'configmap/trailer-a')
  t.truthy(signed)
  await fleet.push({}, 'Let them go\n\nReeve-Allow-Deletion: acme')
  await fleet.recorded('acme', ({ state, objects }) => state === 'healthy' && objects.declared === 1)
})

test.serial('a record that others wrote names no unsigned commit as the last good one', async (t) => {
  const { controlPlane } = t.context
  const { fleet, verify, signing } = await signedFleet(t, 'record')
  await signing(true)
  const good = await fleet.push(map('record', 'good'))
  {
    await using _reeve = fleet.run(...verify)
    await fleet.recorded('acme', ({ state, commit }) => state === 'healthy' && commit === good)
  }
  await signing(false)
  const evil = await fleet.push(map('record', 'evil'))
  await signing(true)
  await fleet.push({ 'acme/broken.yaml': 'a: [', 'beta/all.yaml': configMap('default', 'record-beta', {}) })
  await fleet.work.run('fetch', '--quiet', 'origin', fleet.statusBranch)
  await fleet.work.run('checkout', '--quiet', 'FETCH_HEAD')
  const file = join(fleet.work.directory, 'installations', 'acme.yaml')
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll(good, evil))
  await fleet.work.commit('Forge the record')
  await fleet.work.run('push', '--quiet', 'origin', `HEAD:${fleet.statusBranch}`)
  await using _reeve = fleet.run(...verify)
  await fleet.recorded('acme', ({ state }) => state === 'invalid')
  await liveWhen(controlPlane, 'default', 'configmap/record-beta')
  await fleet.recorded('beta', ({ state }) => state === 'healthy')
  t.true(value('good')(await liveWhen(controlPlane, 'default', 'configmap/record')))
})
