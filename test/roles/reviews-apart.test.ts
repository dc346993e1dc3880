import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LiveObject } from '../../src/model/object.ts'
import { hasColor } from '../helpers/color.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Gitea, type GiteaRepository, startGitea } from '../helpers/gitea/gitea.ts'
import { kubectl, liveWhen } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import { objectWrites } from '../helpers/object-writes.ts'
import { reviewedRepository } from '../helpers/reviewed-repository.ts'
import { newServiceAccount } from '../helpers/service-account.ts'

const run = promisify(execFile)

let gitea: Gitea
let directory = ''

const test = controlPlaneTest()

test.before('start the real Gitea, with its SSH server', async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeve-apart-'))
  gitea = await startGitea({ ssh: true })
})
test.after.always('stop it', async () => {
  await gitea?.[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const map = (name: string, color: string) => configMap('default', name, { color })

test.serial('a repository over SSH is reviewed and synced, with a deploy key for Git alone', async (t) => {
  const { controlPlane } = t.context
  await using repository = await reviewedRepository(gitea, controlPlane, 'over-ssh', {
    'a/web.yaml': map('over-ssh', 'grey'),
  })
  const { forge } = repository
  const remote = [...(await deployKey(forge)), '--forge', 'gitea', '--forge-url', gitea.url]
  const noGitToken = { REEVE_GIT_TOKEN: '', REEVE_GIT_USERNAME: '' }
  await using reeve = repository.runWith(noGitToken, '--repo', forge.sshUrl, ...remote)
  await reeve.logged('in sync')
  const number = await repository.propose('blue', { 'a/web.yaml': map('over-ssh', 'blue') })
  const { body } = await repository.comment(number)
  t.regex(body, /\+ data\.color: blue/)
  await repository.fileWhen('reeve/review/over-ssh', `${number}.md`, Boolean)
  const merged = await forge.mergePull(number)
  await liveWhen(controlPlane, 'default', 'configmap/over-ssh', hasColor('blue'))
  await repository.comment(number, ({ body: last }) => last.includes('healthy in the installation'))
  await repository.fileWhen('reeve/status/over-ssh', 'installations/a.yaml', (text) => text?.includes(merged))
  t.deepEqual(
    reeve.log.filter(({ level }) => level !== 'info'),
    [],
  )
})

test.serial(
  'reviews in a process of their own: each goes on without the other, and one writes',
  async (t) => {
    const { controlPlane } = t.context
    const reviewer = await newServiceAccount(controlPlane, 'reviewer', 'cluster-admin')
    await using repository = await reviewedRepository(gitea, controlPlane, 'apart', {
      'a/web.yaml': map('apart', 'grey'),
    })
    const since = new Date()
    const sync = () => repository.run('--target', 'sync')
    const review = () =>
      repository.run(
        ...[
          '--target',
          'review',
          '--data-dir',
          join(directory, 'review'),
          '--kubeconfig',
          reviewer.kubeconfig,
        ],
      )
    const first = sync()
    const reviews = review()
    await first.logged('in sync')
    const one = await repository.propose('one', { 'a/web.yaml': map('apart', 'blue') })
    await repository.comment(one)
    const holders = await leaseHolders()
    t.is(new Set(holders).size, 2, 'each has a Lease of its own')
    t.deepEqual(
      [...first.log, ...reviews.log].filter(({ level }) => level !== 'info'),
      [],
    )

    first.signal('SIGKILL')
    await first.exited
    const two = await repository.propose('two', { 'b/web.yaml': map('apart-b', 'new') })
    await repository.comment(two)
    await kubectl(controlPlane, 'delete', 'configmap/apart')
    const three = await repository.propose('three', { 'a/web.yaml': map('apart', 'red') })
    await repository.comment(three) // planned with the object gone
    t.not((await controlPlane.kubectl(['get', 'configmap/apart'])).code, 0, 'who reviews puts nothing back')

    await using again = sync()
    await liveWhen(controlPlane, 'default', 'configmap/apart', hasColor('grey'))
    reviews.signal('SIGKILL')
    await reviews.exited
    const merged = await repository.forge.mergePull(two)
    await liveWhen(controlPlane, 'default', 'configmap/apart-b', hasColor('new'))
    await using later = review()
    const last = await repository.comment(two, ({ body }) => body.includes('healthy in the installation'))
    t.true(last.body.includes(merged.slice(0, 12)))
    t.is((await repository.comments(two)).length, 1)

    const writes = await objectWrites(controlPlane, { user: reviewer.user, since })
    t.deepEqual(
      writes.filter(({ uri }) => !uri.includes('dryRun=All')).map(({ verb, uri }) => `${verb} ${uri}`),
      [],
    )
    t.true(writes.length > 0, 'it asks the server by dry runs')
    for (const { log } of [again, later])
      t.deepEqual(
        log.filter(({ level }) => level === 'error'),
        [],
      )

    async function leaseHolders(): Promise<readonly string[]> {
      const list = JSON.parse(await kubectl(controlPlane, '-n', 'default', 'get', 'leases', '-o', 'json'))
      return list.items
        .filter(({ metadata }: LiveObject) => /^reeve.apart/.test(metadata.name))
        .map(({ spec }: { readonly spec: { readonly holderIdentity: string } }) => spec.holderIdentity)
    }
  },
)

/** Lets a new key read and push; gives the options that use it. */
async function deployKey({ name }: GiteaRepository): Promise<readonly string[]> {
  const key = join(directory, 'deploy-key')
  const knownHosts = join(directory, 'known-hosts')
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  await gitea.call('POST', `repos/${name}/keys`, {
    body: { title: 'Reeve', key: await readFile(`${key}.pub`, 'utf8'), read_only: false },
  })
  const { stdout } = await run('ssh-keyscan', ['-p', String(gitea.sshPort), '127.0.0.1'])
  await writeFile(knownHosts, stdout)
  return ['--ssh-key-file', key, '--ssh-known-hosts-file', knownHosts]
}
