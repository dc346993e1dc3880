import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { isWrite } from '../../src/sandbox/audit-log.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { git, gitEnvironment } from '../../src/sandbox/git-process.ts'
import { reviewedName } from '../../src/stages/review/review-path.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { startHangingWebhook } from '../helpers/hanging-webhook.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'
import { until } from '../helpers/until.ts'
import { markupIn } from '../stages/review/inert.ts'
import { commonFiles } from './changes/common-files.ts'
import { type GeneratedChange, generateChange, PREFIX } from './changes/generate-changes.ts'
import { HANGS } from './changes/plannings.ts'
import { RepositoryObjects } from './changes/repository-objects.ts'
import { reviewFiles } from './changes/review-files.ts'
import { CONTAINER_MIB } from './container.ts'
import { AGE_KEY } from './derived-secrets.ts'
import { formsOf } from './relatives/forms-of.ts'
import { MemoryWatch } from './relatives/memory-watch.ts'
import { followed, neighbourAt } from './relatives/neighbour.ts'
import { showsNothing } from './relatives/shows-nothing.ts'
import { startContained } from './start-contained.ts'
import { createSecret, reeveWithAccounts } from './with-accounts.ts'

/** Always the same changes, so that a failure is due to Reeve; others explore. */
const { REEVE_CHANGES = '200', REEVE_FIRST_CHANGE = '0' } = process.env
const [CHANGES, FIRST] = [Number(REEVE_CHANGES), Number(REEVE_FIRST_CHANGE)]
/** So many are open at once. */
const PART = 100
const PARTS = Array.from({ length: Math.ceil(CHANGES / PART) }, (_, index) => ({
  first: FIRST + index * PART,
  count: Math.min(PART, CHANGES - index * PART),
}))
const CALM_ROUNDS = 7
/**
 * Within which another one is answered, in ms: each plan has a minute, and what Git lacks is asked for four times,
 * after all others. Together they take two minutes where the machine does nothing else.
 */
const NEXT_ANSWER_MS = 4 * 60_000
/** What the neighbour is promised, times what it takes while there are no changes. */
const SLOWER = 2
/** Below this, in ms, the rhythm of polling decides, and what other tests leave of the machine. */
const LEAST_MS = 4_000
const IDLE_MS = 10_000
const REVIEWS = 'reeve/review/default'

const SECRETS = {
  encrypted: 'Xq7v-Kw9zPJ4m-Td8hYc2R-b6Wn',
  theirs: 'Gf3s-Lh5kQZ8t-Vm2jNx7D-c9Br',
  own: 'Hp4y-Zt6nMW2d-Rk9fSb3J-v8Gq',
}

const test = controlPlaneTest({}, async (controlPlane) => {
  const kubeconfig = await reeveWithAccounts(controlPlane, ['acme', 'neighbour', 'other'])
  await createSecret(controlPlane, 'other', 'canary', SECRETS.theirs)
  await createSecret(controlPlane, 'acme', 'canary', SECRETS.own)
  return { kubeconfig }
})

for (const part of PARTS)
  test.serial(
    `${part.count} hostile changes are all answered, leak nothing and hold up no commit (from ${part.first})`,
    async (t) => {
      const { controlPlane, kubeconfig } = t.context
      t.timeout(30 * 60_000)
      await using _hanging = await startHangingWebhook(controlPlane, 'acme', 5, { [HANGS]: 'yes' })
      await using fleet = await startFleet(controlPlane, { name: 'default', kubeconfig })
      const before = { ...(await commonFiles(SECRETS.encrypted, 'before')), ...neighbourAt(0) }
      const from = await fleet.push(before, 'Before')
      let round = 0
      const target = await fleet.push({ ...(await commonFiles(SECRETS.encrypted, 'after')) }, 'After')
      const changes = await writeChanges(t, fleet, part, { from, target, files: before })
      await using running = await startContained(t, fleet, { review: { branches: PREFIX } })
      await using memory = new MemoryWatch(running.pid)
      await followed(controlPlane, round)
      const follow = async () => {
        round++
        await fleet.push(neighbourAt(round))
        return Math.round(await followed(controlPlane, round))
      }
      const rest = async () => {
        const times: number[] = []
        for (let at = 0; at < CALM_ROUNDS; at++) times.push(await follow())
        return times
      }
      const calm = await rest()

      const begun = performance.now()
      propose(fleet, changes)
      const stormy: number[] = []
      const answers = () => new Set(answeredIn(reviewFiles(fleet.git.directory, REVIEWS)).keys())
      const open = () => {
        const there = answers()
        return changes.filter(({ branch }) => !there.has(branch))
      }
      let latest = { left: changes.length, time: begun }
      while (
        (stormy.length < CALM_ROUNDS || latest.left > 0) &&
        performance.now() - latest.time < NEXT_ANSWER_MS
      ) {
        stormy.push(await follow())
        await sleep(3_000)
        const left = open().length
        if (left < latest.left) latest = { left, time: performance.now() }
      }
      t.log(`all answered after ${Math.round((performance.now() - begun) / 1_000)} s`)
      t.log('ms', { calm: calm.toSorted((a, b) => a - b), stormy: stormy.toSorted((a, b) => a - b) })
      t.log(`${Math.round(memory.alone)} MiB, ${Math.round(memory.together)} MiB with the renderer`)
      t.deepEqual(
        open().map(({ seed, title, branch }) => `${seed}: ${title} (${branch}) has no answer`),
        [],
      )
      await quiet(controlPlane, fleet)
      const answered = answeredIn(reviewFiles(fleet.git.directory, REVIEWS))
      const failures: string[] = []
      for (const change of changes) {
        const answer = answered.get(change.branch)
        if (answer?.head !== change.head)
          failures.push(`${change.seed}: ${change.title}: answered for ${answer?.head}`)
        const markup = markupIn(answer?.text ?? '')
        if (markup.length > 0)
          failures.push(`${change.seed}: ${change.title}: ${markup.slice(0, 5).join(' ')}`)
      }
      for (const failure of failures)
        t.log(
          `REEVE_FIRST_CHANGE=${failure.split(':')[0]} REEVE_CHANGES=1 npx ava test/attacks/hostile-pull-requests.test.ts`,
        )
      t.deepEqual(failures, [])
      t.true(Math.max(memory.alone, memory.together) <= CONTAINER_MIB)
      t.deepEqual(
        running.log.filter(({ code, level }) => code === 'internal' || level === 'raw' || level === 'fatal'),
        [],
      )
      const hidden = [...Object.values(SECRETS), AGE_KEY.slice('AGE-SECRET-KEY-'.length)].flatMap(
        (secret) => [
          ...formsOf(secret),
          ...['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) => [
            hash(name, secret),
            hash(name, secret, 'base64'),
          ]),
        ],
      )
      await showsNothing(t, controlPlane, fleet, running, hidden)
      const history = await git(['log', '-p', '--text', REVIEWS, '--'], { cwd: fleet.git.directory })
      const found = hidden.find((part) => history.includes(part))
      const at = found === undefined ? 0 : history.indexOf(found)
      t.is(found, undefined, history.slice(Math.max(0, at - 600), at + 200))
      const subjects = await git(['log', '--format=%s', REVIEWS, '--'], { cwd: fleet.git.directory })
      t.notRegex(subjects, /@\w|#\d|GH-\d|[\u0080-\u009f\u200b\u202e]/u)
      const isSlow = (resting: readonly number[]) =>
        median(stormy) > Math.max(LEAST_MS, SLOWER * median(resting))
      if (isSlow(calm)) {
        // The machine may have become slower: then a sync takes as long without any change, too.
        withdraw(fleet, changes)
        await quiet(controlPlane, fleet)
        const after = await rest()
        t.false(isSlow(after), `${median(stormy)} ms, not ${median(calm)} ms or ${median(after)} ms`)
      }
      running.signal('SIGTERM')
      t.is(await running.exited, 0)
    },
  )

async function writeChanges(
  t: ExecutionContext,
  fleet: Fleet,
  { first, count }: (typeof PARTS)[number],
  {
    from,
    target,
    files,
  }: { readonly from: string; readonly target: string; readonly files: Readonly<Record<string, string>> },
): Promise<readonly GeneratedChange[]> {
  const host = await temporaryDirectory(t)
  const changes: GeneratedChange[] = []
  const objects = new RepositoryObjects()
  const missing = new Set<string>()
  for (let seed = first; seed < first + count; seed++) {
    const change = await generateChange(seed, {
      objects,
      from,
      target,
      files,
      secret: SECRETS.encrypted,
      host,
    })
    changes.push(change)
    for (const oid of change.missing ?? []) missing.add(oid)
  }
  await objects.write(fleet.git.directory, missing)
  return changes
}

/** All at once, as no push would: the server refuses what is missing. */
function propose(fleet: Fleet, changes: readonly GeneratedChange[]): void {
  updateRefs(
    fleet,
    changes.map(({ branch, head }) => `create refs/heads/${branch}\0${head}\0`),
  )
}

function withdraw(fleet: Fleet, changes: readonly GeneratedChange[]): void {
  updateRefs(
    fleet,
    changes.map(({ branch }) => `delete refs/heads/${branch}\0\0`),
  )
}

function updateRefs({ git: { directory } }: Fleet, commands: readonly string[]): void {
  const { status, stderr } = spawnSync('git', ['update-ref', '-z', '--stdin'], {
    cwd: directory,
    input: commands.join(''),
    env: gitEnvironment(),
  })
  if (status !== 0) throw new Error(stderr.toString())
}

interface Answer {
  readonly head: string
  readonly text: string
}

/** By branch: whatever the file is called, the document names its commit. */
function answeredIn(files: ReadonlyMap<string, string>): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>()
  for (const [path, document] of files) {
    if (!path.endsWith('.yaml')) continue
    const name = reviewedName(path.slice(0, -'.yaml'.length))
    const text = files.get(path.replace(/\.yaml$/, '.md')) ?? ''
    const head = /^ {2}head: ["']?([0-9a-f]{40})["']?$/m.exec(document)?.[1] ?? ''
    if (name.startsWith(PREFIX)) answers.set(name, { head, text })
  }
  return answers
}

/** Resolves once a while has passed without a write. */
async function quiet(controlPlane: ControlPlane, fleet: Fleet): Promise<void> {
  await until(
    'Reeve to be idle',
    async () => {
      const since = new Date()
      await sleep(IDLE_MS)
      const pushes = fleet.git.requests.filter(
        ({ command, time }) => command === 'push' && time > since.toISOString(),
      )
      const requests = await controlPlane.requests({ userAgent: 'reeve', since })
      const asked = requests.filter((request) => isWrite(request) && request.resource !== 'leases')
      return pushes.length === 0 && asked.length === 0
    },
    180_000,
  )
}

function median(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0
}
