import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { objectIn } from '../../src/model/json.ts'
import type { LiveObject } from '../../src/model/object.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Gitea, startGitea } from '../helpers/gitea/gitea.ts'
import { imagesOf } from '../helpers/images-of.ts'
import { live, liveWhen } from '../helpers/live.ts'
import { startMattermostOperator } from '../helpers/mattermost-operator/operator.ts'
import { watchMattermosts } from '../helpers/mattermost-operator/watch-mattermosts.ts'
import type { ReeveProcess } from '../helpers/reeve.ts'
import { type ReviewedRepository, reviewedRepository } from '../helpers/reviewed-repository.ts'
import { exceeded, type Ring, type Seen } from '../helpers/rollout-promises.ts'
import { until } from '../helpers/until.ts'

const STATUS_BRANCH = 'reeve/status/waves'
const TEMPLATE = 'templates/mattermost'
const example = fileURLToPath(new URL('../../examples/mattermost', import.meta.url))
const LAST_WORDS = 'migration 000123 failed'
/** For what takes long on a machine that is busy. */
const LONG_MS = 240_000
/** The default limit of the operator is 20 at a time. */
const settings = {
  MAX_RECONCILING_INSTALLATIONS: '1000',
  MAX_RECONCILE_CONCURRENCY: '10',
  REQUEUE_ON_LIMIT_DELAY: '2s',
}
const SIZES = { canary: 2, early: 5, production: 20 } as const

type RingName = keyof typeof SIZES

const ringOf = (group: RingName): Ring => ({
  group,
  members: Array.from({ length: SIZES[group] }, (_, index) => `${group}-${index + 1}`),
  maxUnavailable: 3,
  soakMs: 1_000,
})
const rings = [ringOf('canary'), ringOf('early'), ringOf('production')]

const test = controlPlaneTest({ controllers: true })
const parts = new AsyncDisposableStack()
let cluster: ControlPlane
let gitea: Gitea
let repository: ReviewedRepository
let reeve: ReeveProcess
let seen: readonly Seen[]

test.before('start the operator, Gitea and Reeve', async (t) => {
  t.timeout(600_000) // where they are yet to be built
  cluster = t.context.controlPlane
  // An update check of the version "broken" fails.
  parts.use(startPodSimulator(cluster.kubeconfig, { failureOf, jobDuration: 200 }))
  gitea = parts.use(await startGitea())
  parts.use(await startMattermostOperator(cluster, { settings }))
  const files: Record<string, string> = { 'groups.yaml': groups('10.8.1', 'halt') }
  for (const name of ['mattermost.yaml', 'secrets.yaml', 'values.schema.json', 'values.yaml'])
    files[`${TEMPLATE}/${name}`] = await readFile(`${example}/${TEMPLATE}/${name}`, 'utf8')
  for (const { group, members } of rings)
    for (const name of members) files[`${group}/${name}.yaml`] = installation(name, group)
  repository = parts.use(await reviewedRepository(gitea, cluster, 'waves', files))
  seen = watchChats()
  reeve = parts.use(repository.run())
  await running('10.8.1')
  await groupWhen('production', ({ state }) => state === 'done')
})

test.after.always('stop', () => parts.disposeAsync())

function failureOf(pod: LiveObject) {
  const [image = ''] = imagesOf(pod)
  return image.endsWith(':broken') ? { exitCode: 2, message: LAST_WORDS } : undefined
}

function installation(name: string, ring: string, spec = '{}'): string {
  return `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}, labels: {ring: ${ring}}}\nspec: ${spec}\n`
}

/** All groups: the version is that of all. */
function groups(version: string, onFailure: string): string {
  const ring = (name: string, after: string) => `---
apiVersion: reeve.dev/v1alpha1
kind: InstallationGroup
metadata: {name: ${name}}
spec:
  group: mattermost
  selector: {matchLabels: {ring: ${name}}}
  rollout: {maxUnavailable: 3, onFailure: ${onFailure}, after: [${after}]}
`
  return `apiVersion: reeve.dev/v1alpha1
kind: InstallationGroup
metadata: {name: mattermost}
spec:
  template: {path: ${TEMPLATE}}
  version: ${version}
  namespace: mattermost-\${installation.name}
  createNamespace: true
${ring('canary', '')}${ring('early', '{group: canary, soak: 1s}')}${ring('production', '{group: early, soak: 1s}')}`
}

function watchChats(): readonly Seen[] {
  const found: Seen[] = []
  const note = ({ metadata: { name }, spec, status }: LiveObject) => {
    const runs = objectIn(status).version
    found.push({
      name,
      version: String(objectIn(spec).version),
      runs: runs === undefined ? undefined : String(runs),
      at: Date.now(),
    })
  }
  parts.use(watchMattermosts(cluster, note))
  return found
}

function latest(): ReadonlyMap<string, Seen> {
  return new Map(seen.map((each) => [each.name, each]))
}

/** Resolves when all that there are run a version. */
async function running(version: string): Promise<void> {
  const look = () => {
    const now = latest()
    const isThere = (name: string) => now.get(name)?.version === version && now.get(name)?.runs === version
    return rings.every(({ members }) => members.every(isThere))
  }
  await until(`all to run ${version}`, look, LONG_MS).catch((error) => {
    const log = reeve.log.map((line) => JSON.stringify(line))
    throw new Error([error.message, JSON.stringify([...latest().values()]), ...log].join('\n'))
  })
}

interface GroupFile {
  readonly state: string
  readonly commit: string
  readonly waits?: string
}

/** Resolves with what the status branch says of a group, when it fits. */
async function groupWhen(group: string, fits: (file: GroupFile) => boolean): Promise<GroupFile> {
  const read = (text: string) => load(text) as unknown as GroupFile
  const text = await repository.fileWhen(
    STATUS_BRANCH,
    `groups/${group}.yaml`,
    (found) => found !== undefined && fits(read(found)),
  )
  return read(text ?? '')
}

interface CommitOfForge {
  readonly sha: string
  readonly commit: { readonly message: string }
}

/** The lines about rollouts in the status branch's commits after one of them, the oldest first. */
async function notesSince(last: string): Promise<readonly string[]> {
  const found: string[] = []
  for (let page = 1; ; page += 1) {
    const query = `sha=${STATUS_BRANCH}&limit=50&page=${page}&stat=false&files=false`
    const commits: readonly CommitOfForge[] = await gitea.call(
      'GET',
      `repos/${repository.forge.name}/commits?${query}`,
    )
    const end = commits.findIndex(({ sha }) => sha === last)
    found.push(...commits.slice(0, end < 0 ? undefined : end).map(({ commit }) => commit.message))
    if (end >= 0 || commits.length === 0) break
  }
  const lines = found.toReversed().flatMap((message) => message.split('\n'))
  return lines.filter((line) => /(canary|early|production): \w+ at /.test(line))
}

const chat = (name: string) => live(cluster, `mattermost-${name}`, `mattermost/${name}`)

/** What of a Mattermost is declared changes its generation. */
async function generations(...groups: readonly RingName[]): Promise<readonly unknown[]> {
  const members = rings.flatMap(({ group, members }) => (groups.includes(group as RingName) ? members : []))
  return Promise.all(members.map(async (name) => [name, (await chat(name))?.metadata.generation]))
}

test.serial('an update check that fails halts the canaries, and others never see the version', async (t) => {
  t.timeout(2 * LONG_MS)
  const { forge } = repository
  const last = await repository.head(STATUS_BRANCH)
  const before = await generations('early', 'production')
  const from = seen.length
  await forge.push({ files: { 'groups.yaml': groups('broken', 'halt') }, message: 'Version broken' })
  const halted = await groupWhen('canary', ({ state }) => state === 'halted')
  t.regex(halted.waits ?? '', /failed.*reeve rollout force canary/)
  const waiting = await groupWhen('production', ({ state }) => state === 'waiting')
  t.regex(waiting.waits ?? '', /early must prove it first/)

  // A new customer and a customer's own setting do not wait, and are of the version that is proven.
  await forge.push({
    files: {
      'production/newcomer.yaml': installation('newcomer', 'production'),
      'production/production-7.yaml': installation(
        'production-7',
        'production',
        '{values: {domain: seven.example.com}}',
      ),
    },
  })
  await liveWhen(
    cluster,
    'mattermost-newcomer',
    'mattermost/newcomer',
    ({ status }) => objectIn(status).version === '10.8.1',
    LONG_MS,
  )
  const own = await liveWhen(
    cluster,
    'mattermost-production-7',
    'mattermost/production-7',
    ({ spec }) => objectIn(objectIn(spec).ingress).host === 'production-7.seven.example.com',
    LONG_MS,
  )
  t.is(objectIn(own.spec).version, '10.8.1')
  t.deepEqual(
    (await generations('early', 'production')).filter((_, index) => index !== SIZES.early + 6),
    before.filter((_, index) => index !== SIZES.early + 6),
  )
  t.deepEqual(
    seen.slice(from).filter(({ name, version }) => version === 'broken' && !name.startsWith('canary')),
    [],
  )

  const good = await forge.push({
    files: { 'groups.yaml': groups('10.9.0', 'halt') },
    message: 'Version 10.9.0',
  })
  await running('10.9.0')
  await groupWhen('production', ({ state, commit }) => state === 'done' && commit === good)
  t.deepEqual(exceeded(rings, seen.slice(from)), [])
  const notes = await notesSince(last)
  const at = good.slice(0, 7)
  for (const note of [
    /canary: halted at \w{7}, . of 2 moved: .*failed/,
    new RegExp(`canary: done at ${at}, 2 of 2 moved`),
    new RegExp(`early: done at ${at}, 5 of 5 moved`),
    new RegExp(`production: done at ${at}, 21 of 21 moved`),
  ])
    t.true(
      notes.some((line) => note.test(line)),
      `${note}\n${notes.join('\n')}`,
    )
})

test.serial(
  'with a rollback the canaries go back, and the revert is proposed as a pull request',
  async (t) => {
    t.timeout(2 * LONG_MS)
    const { forge } = repository
    const last = await repository.head(STATUS_BRANCH)
    const before = await generations('early', 'production')
    const from = seen.length
    const bad = await forge.push({
      files: { 'groups.yaml': groups('broken', 'rollback') },
      message: 'Broken again',
    })
    const { url } = await reeve.logged('proposed to go back', ({ group }) => group === 'canary', LONG_MS)
    await running('10.9.0')
    const halted = await groupWhen('canary', ({ state }) => state === 'halted')
    t.regex(halted.waits ?? '', /failed.*reeve rollout force canary/)
    t.true(seen.slice(from).some(({ name, version }) => name === 'canary-1' && version === 'broken'))
    t.deepEqual(await generations('early', 'production'), before)

    const [pull] = (await gitea.call('GET', `repos/${forge.name}/pulls?state=open`)) as readonly {
      readonly number: number
      readonly title: string
      readonly body: string
      readonly html_url: string
    }[]
    t.is(pull?.html_url, String(url))
    t.regex(pull?.title ?? '', /^Roll canary back to \w{12}$/)
    await forge.mergePull(pull?.number ?? 0)
    for (const { group } of rings)
      await groupWhen(group, ({ state, waits }) => state === 'done' && waits === undefined)
    t.is((await repository.file('main', 'groups.yaml'))?.trim(), groups('10.9.0', 'rollback').trim())
    t.deepEqual(await generations('early', 'production'), before)
    t.deepEqual(exceeded(rings, seen.slice(from)), [])
    for (const { members } of rings)
      for (const name of members)
        await repository.fileWhen(STATUS_BRANCH, `installations/${name}.yaml`, (text) =>
          text?.includes('\nstate: healthy'),
        )
    const notes = await notesSince(last)
    const wanted = [
      new RegExp(`canary: (moving|halted) at ${bad.slice(0, 7)}`),
      /canary: halted at \w{7}, . of 2 moved: .*failed/,
      /canary: done at \w{7}, 2 of 2 moved/,
    ]
    for (const note of wanted)
      t.true(
        notes.some((line) => note.test(line)),
        `${note}\n${notes.join('\n')}`,
      )
    t.deepEqual(
      reeve.log.filter(({ level }) => level === 'error'),
      [],
    )
  },
)
