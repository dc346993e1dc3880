/**
 * Random histories of small repositories, each from a seed: `REEVE_MIXTURE_SEED=17 REEVE_MIXTURE_RUNS=1 npx ava
 * test/stages/declare/harm-of-mixture.test.ts` runs one of them.
 */
import test from 'ava'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { declareTree } from '../../../src/stages/declare/declare-tree.ts'
import { type Composed, harmOf } from '../../../src/stages/declare/harm-of-mixture.ts'
import { type CommitTree, mixedDeclaration } from '../../../src/stages/declare/mixed-declaration.ts'
import { snapshotOf } from '../../helpers/declare-files.ts'
import { Random } from '../../helpers/random.ts'
import { type Effective, effective } from './mixtures/effective.ts'
import { firstRepository, nextRepository } from './mixtures/random-repository.ts'
import { filesOf, type Repository } from './mixtures/repository.ts'

const { REEVE_MIXTURE_SEED = '0', REEVE_MIXTURE_RUNS = '200' } = process.env
const COMMITS = 5

const options = {
  decrypt: new Keyring().decrypt,
  onUnforeseen: (error: unknown) => {
    throw error
  },
}

interface Commit extends CommitTree {
  readonly repository: Repository
}

/** An installation as it is made from two commits. */
interface Composition {
  readonly own: Commit
  readonly inherited: Commit
}

async function historyOf(random: Random): Promise<readonly Commit[]> {
  const commits: Commit[] = []
  for (let index = 0; index < COMMITS; index += 1) {
    const before = commits.at(-1)?.repository
    const repository = before ? nextRepository(random, before) : firstRepository(random)
    const snapshot = snapshotOf(filesOf(repository))
    commits.push({ repository, snapshot, tree: await declareTree(snapshot, options) })
  }
  return commits
}

/** @param group the one that it inherits from */
async function composed(
  name: string,
  { own, inherited }: Composition,
  group: string | undefined,
): Promise<Composed | undefined> {
  const mixed = await mixedDeclaration(
    name,
    { own, inherited, ...(group !== undefined && { group }) },
    options,
  )
  if (mixed === undefined) return undefined
  const { declaration } = mixed.declared
  const defaults = declaration.templates.map(({ reference }, index) => {
    const from = [own, inherited].find((each) => each === mixed.templatesOf[index])
    const values = ('path' in reference && from?.repository.templates.get(reference.path)) || {}
    return { kind: 'template' as const, name: 'defaults', values, placeOf: () => ({ file: '', line: 0 }) }
  })
  return { declaration, defaults, faults: declaration.faults }
}

function effectiveOf(name: string, { own, inherited }: Composition, group: string | undefined): Effective {
  return effective(name, own.repository, inherited.repository, group) ?? new Map()
}

/** Settings that a composition has, but none of the others. */
function strange(found: Effective, others: readonly Effective[]): readonly string[] {
  const paths = new Set([found, ...others].flatMap((each) => [...each.keys()]))
  return [...paths].filter((path) => others.every((each) => each.get(path) !== found.get(path)))
}

/** What became of a mixture: settings from nowhere, where it may be applied, or undefined, where it may not. */
async function tried(name: string, at: Composition, to: Composition): Promise<readonly string[] | undefined> {
  const { own, inherited } = to
  const group = own.repository.installations.get(name)?.group
  const whole = inherited === at.inherited ? undefined : { own: inherited, inherited }
  const head = { own, inherited: own }
  const [before, wholly, mixed, atHead] = await Promise.all(
    [at, whole, to, head].map((each) => each && composed(name, each, group)),
  )
  if (mixed === undefined || atHead === undefined) throw new Error(`${name} is not declared`)
  if (harmOf({ before, ...(wholly && { whole: wholly }), mixed, head: atHead }) !== undefined)
    return undefined
  const allowed = [at, ...(whole ? [whole] : []), head].map((each) => effectiveOf(name, each, group))
  return strange(effectiveOf(name, to, group), allowed)
}

interface Followed {
  readonly broken: readonly string[]
  readonly applied: number
  readonly held: number
}

/** What becomes of one installation that follows a history by what may be applied. */
async function follow(name: string, commits: readonly Commit[], random: Random): Promise<Followed> {
  const broken: string[] = []
  let at: Composition | undefined
  let [applied, held] = [0, 0]
  for (const [index, own] of commits.entries()) {
    if (!own.repository.installations.has(name)) continue
    at ??= { own, inherited: own }
    for (const inherited of random.shuffle([at.inherited, ...commits.slice(0, index + 1)])) {
      const paths = await tried(name, at, { own, inherited })
      if (paths === undefined) {
        held += 1
        continue
      }
      if (paths.length > 0) broken.push(`${name} with c${index} and c${commits.indexOf(inherited)}: ${paths}`)
      at = { own, inherited }
      applied += 1
    }
  }
  return { broken, applied, held }
}

test('no installation ever gets a setting that neither what it has nor the commits that it follows give', async (t) => {
  const all: Followed[] = []
  const first = Number(REEVE_MIXTURE_SEED)
  for (let seed = first; seed < first + Number(REEVE_MIXTURE_RUNS); seed += 1) {
    const random = new Random(`${seed}`)
    const commits = await historyOf(random)
    for (const name of commits.at(-1)?.repository.installations.keys() ?? []) {
      const { broken, ...rest } = await follow(name, commits, random)
      all.push({ ...rest, broken: broken.map((what) => `REEVE_MIXTURE_SEED=${seed}: ${what}`) })
    }
  }
  t.deepEqual(
    all.flatMap(({ broken }) => broken),
    [],
  )
  t.true(all.some(({ applied }) => applied > 0))
  t.true(all.some(({ held }) => held > 0))
  t.log({ applied: sum(all.map(({ applied }) => applied)), held: sum(all.map(({ held }) => held)) })
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0)
}
