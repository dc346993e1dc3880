import { randomInt } from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import type { Repository } from '../../../src/adapters/git/repository.ts'
import { FaultError } from '../../../src/model/fault.ts'
import { git } from '../../../src/sandbox/git-process.ts'
import type { WorkingCopy } from '../../../src/sandbox/working-copy.ts'
import { Random } from '../../helpers/random.ts'
import { type GitScene, gitScene } from './set-up.ts'

const PER_DIRECTORY = 20
const RANDOM_STEPS = 12

/** What happens to a repository between two uses of a clone. */
interface History {
  readonly scene: GitScene
  readonly random: Random
  readonly files: number
  /** Every commit there ever was, the oldest first. */
  readonly commits: string[]
}

type Step = (history: History) => Promise<unknown>

const STEPS = {
  one: (history) => change(history, 1),
  all: (history) => change(history, history.files),
  /** The tree of some earlier commit, in a new one. */
  back: async ({ scene: { work }, random, commits }) => {
    await work.run('read-tree', '--reset', '-u', random.pick(commits))
    await work.run('commit', '--quiet', '--allow-empty', '--message=Go back')
  },
  rewind: ({ scene: { work }, random, commits }) =>
    work.run('reset', '--quiet', '--hard', random.pick(commits)),
  rewrite: async (history) => {
    const { work } = history.scene
    const [, parent] = (await work.run('rev-list', '--parents', '--max-count=1', 'HEAD')).split(' ')
    if (parent !== undefined) await work.run('reset', '--quiet', '--hard', parent)
    await change(history, 2)
  },
  restart: async (history) => {
    await history.scene.work.run('checkout', '--quiet', '--orphan', 'fresh')
    await change(history, 1)
    await history.scene.work.run('branch', '--quiet', '--move', '--force', 'main')
  },
  /** Of what branched off the very first commit. */
  merge: async (history) => {
    const { work } = history.scene
    await work.run('checkout', '--quiet', '-B', 'side', history.commits[0] ?? '')
    await change(history, 3)
    await work.run('checkout', '--quiet', 'main')
    await work.run(
      'merge',
      '--quiet',
      '--strategy=ours',
      '--allow-unrelated-histories',
      '-m',
      'Merge',
      'side',
    )
  },
  propose: async (history) => {
    const { work } = history.scene
    await work.run('checkout', '--quiet', '-B', 'proposal', history.random.pick(history.commits))
    await change(history, 1)
    await work.push({ force: true })
    await work.run('checkout', '--quiet', 'main')
  },
  /** As forges do: with bitmaps the server knows for sure what a client must have. */
  repack: ({ scene: { server } }) => inRepository(server.directory, 'repack', '-adb'),
  /** What no branch reaches is gone. */
  prune: ({ scene: { server } }) => inRepository(server.directory, 'gc', '--prune=now'),
} as const satisfies Record<string, Step>

type StepName = keyof typeof STEPS

/** What was before the clone, which begins with the newest commit alone. */
const BEFORE: readonly StepName[] = ['all', 'one', 'all']

const HISTORIES: readonly (readonly [title: string, files: number, steps: readonly StepName[]])[] = [
  ['several commits', 60, ['one', 'one', 'all', 'one']],
  ['several commits to very many files', 1_000, ['all', 'one', 'all']],
  ['commits that bring back what was before it', 60, ['all', 'repack', 'back', 'all', 'back']],
  ['force pushes', 60, ['all', 'rewrite', 'one', 'rewind', 'rewrite', 'restart', 'one', 'rewind']],
  ['force pushes of very many files', 1_000, ['all', 'rewrite', 'rewind']],
  ['merges of what branched off before it', 60, ['all', 'merge', 'one', 'merge']],
  ['proposals', 60, ['propose', 'one', 'propose', 'rewrite', 'propose']],
  [
    'the server having dropped what no branch reaches',
    60,
    ['all', 'rewrite', 'prune', 'back', 'prune', 'one'],
  ],
]

for (const [title, files, steps] of HISTORIES)
  test(`a clone that is used again after ${title} misses nothing`, async (t) => {
    await use(t, { files, seed: title, steps })
  })

test('a clone that is used again after whatever happens misses nothing', async (t) => {
  const seed = String(randomInt(2 ** 32))
  t.log(`seed ${seed}`)
  const random = new Random(seed)
  const names = Object.keys(STEPS) as StepName[]
  const steps = Array.from({ length: RANDOM_STEPS }, () => random.pick(names))
  await use(t, { files: 40, seed, steps })
})

interface Use {
  readonly files: number
  readonly seed: string
  readonly steps: readonly StepName[]
}

/** After each step the clone is opened as `reeve plan` opens it, and all is read that a plan may read. */
async function use(t: ExecutionContext, { files, seed, steps }: Use): Promise<void> {
  const history: History = { scene: await gitScene(t), random: new Random(seed), files, commits: [] }
  for (const step of BEFORE) await take(step, history)
  for (const step of steps) {
    await useOnce(t, history)
    await take(step, history)
  }
  await useOnce(t, history)
}

async function take(step: StepName, history: History): Promise<void> {
  const { work } = history.scene
  await STEPS[step](history)
  await work.push({ force: true })
  history.commits.push(await work.run('rev-parse', 'HEAD'))
}

async function useOnce(t: ExecutionContext, { scene, random, commits }: History): Promise<void> {
  const repository = await scene.open()
  const old = random.chance(0.3) ? [random.pick(commits)] : []
  for (const revision of random.shuffle(['main', 'proposal', ...old])) {
    const commit = await bring(repository, revision)
    if (commit) t.is(await textOf(repository, commit), await expected(scene.work, commit), revision)
  }
  await repository[Symbol.asyncDispose]()
  t.deepEqual(scene.warnings, [])
}

/** Undefined where the server has it no more. */
async function bring(repository: Repository, revision: string): Promise<string | undefined> {
  if (revision === 'main') return repository.fetch('main')
  try {
    return await repository.fetchCommit(revision, { branch: 'main' })
  } catch (error) {
    if (error instanceof FaultError && error.fault.code === 'git-no-commit') return undefined
    throw error
  }
}

/** A line for each file, as `git ls-tree` lists them; every file is read, and so checked by its id. */
async function textOf(repository: Repository, commit: string): Promise<string> {
  const entries = await repository.treeEntries(commit, '')
  const blobs = await repository.readBlobs(entries.map(({ oid }) => oid))
  return entries.map(({ path, oid }) => `${blobs.has(oid) ? oid : 'missing'} ${path}`).join('\n')
}

function expected(work: WorkingCopy, commit: string): Promise<string> {
  return work.run('ls-tree', '-r', '--format=%(objectname) %(path)', commit)
}

async function change({ scene: { work }, random, files }: History, count: number): Promise<void> {
  const first = random.between(0, files - count)
  for (let at = first; at < first + count; at += 1) {
    const directory = String(Math.floor(at / PER_DIRECTORY)).padStart(4, '0')
    await work.write(`${directory}/${at}.yaml`, `at: ${at}\nvalue: ${random.next()}\n`)
  }
  await work.commit('Change')
}

function inRepository(cwd: string, ...args: readonly string[]): Promise<string> {
  return git([...args, '--quiet'], { cwd })
}
