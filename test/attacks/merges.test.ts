import { monitorEventLoopDelay } from 'node:perf_hooks'
import test, { type ExecutionContext } from 'ava'
import { mergeFollowingRenames } from '../../src/adapters/git/merge/follow-renames.ts'
import { MadeObjects } from '../../src/adapters/git/merge/made-objects.ts'
import { mergeTexts } from '../../src/adapters/git/merge/merge-texts.ts'
import type { Sides } from '../../src/adapters/git/merge/sides.ts'
import { writeTree } from '../../src/adapters/git/write-tree.ts'
import { Random } from '../helpers/random.ts'

/** Longest time that nothing else of the process has its turn, in ms: a busy machine takes longer than that. */
const HELD_MS = 3_000
/** Longest time for all of it, in ms. */
const TOOK_MS = 30_000

/** What a task gives, if neither it nor others wait for too long. */
async function inTurn<Result>(t: ExecutionContext, task: () => Promise<Result>): Promise<Result> {
  t.timeout(5 * 60_000)
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const begun = performance.now()
  const result = await task()
  const took = performance.now() - begun
  await new Promise((resolve) => setTimeout(resolve, 50))
  delay.disable()
  const held = Math.round(delay.max / 1e6)
  t.log({ held, took: Math.round(took) })
  t.true(held < HELD_MS, `${held} ms without a turn`)
  t.true(took < TOOK_MS, `${Math.round(took)} ms`)
  return result
}

function merged({ base, ours, theirs }: Sides<string>) {
  return mergeTexts({ base: Buffer.from(base), ours: Buffer.from(ours), theirs: Buffer.from(theirs) })
}

const equal = (count: number) => 'x\n'.repeat(count)
const shuffled = (seed: string, count: number) =>
  `${new Random(seed).shuffle(Array.from({ length: count }, (_, line) => `line ${line}`)).join('\n')}\n`

test.serial('thousands of equal lines hold nothing up', async (t) => {
  const texts = { base: `m\n${equal(2_000)}`, ours: `o\n${equal(999)}`, theirs: `t\n${equal(999)}z\n` }
  t.is(await inTurn(t, () => merged(texts)), undefined)
})

test.serial('lines in another order hold nothing up', async (t) => {
  const [base, ours, theirs] = ['a', 'b', 'c'].map((seed) => shuffled(seed, 20_000))
  t.is(
    await inTurn(t, async () => merged({ base: base ?? '', ours: ours ?? '', theirs: theirs ?? '' })),
    undefined,
  )
})

test.serial('millions of lines are not merged', async (t) => {
  const texts = { base: equal(1_500_000), ours: `o\n${equal(1_400_000)}`, theirs: `${equal(1_400_000)}t\n` }
  t.is(await inTurn(t, () => merged(texts)), undefined)
})

test.serial('a long text that both change a little is merged all the same', async (t) => {
  const lines = Array.from({ length: 50_000 }, (_, line) => `line ${line}`)
  const base = lines.join('\n')
  const ours = base.replace('line 100\n', 'ours\n')
  const theirs = base.replace('line 40000\n', 'theirs\n')
  const text = await inTurn(t, () => merged({ base, ours, theirs }))
  t.is(Buffer.from(text ?? []).toString(), ours.replace('line 40000\n', 'theirs\n'))
})

test.serial('hundreds of files that are renamed and changed hold nothing up', async (t) => {
  const objects = new MadeObjects()
  const reader = objects.over({ read: async () => new Map() })
  const tree = (prefix: string, line: string) => {
    const files = Array.from({ length: 900 }, (_, file) => {
      const lines = Array.from({ length: 300 }, (_, at) => `${file % 7} ${at} of a text`)
      return [`${prefix}/${file}.txt`, `${lines.join('\n')}\n${line} ${file}\n`] as const
    })
    return writeTree(reader, undefined, { changes: new Map(files) }, objects.add)
  }
  const trees = {
    base: await tree('a', 'one'),
    ours: await tree('a', 'two'),
    theirs: await tree('b', 'three'),
  }
  const { conflicts } = await inTurn(t, () => mergeFollowingRenames(trees, reader, objects.add))
  t.true(conflicts.length > 0)
})
