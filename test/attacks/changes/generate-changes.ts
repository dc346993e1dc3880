import { Random } from '../../helpers/random.ts'
import { generateAttack } from '../relatives/generate.ts'
import { hostileText } from '../relatives/hostile.ts'
import type { ChangeMeans, HostileChange, MakeChange } from './change.ts'
import { MERGES } from './merges.ts'
import { plannings } from './plannings.ts'

/** Names of branches that Git allows. */
const BRANCHES = [
  '@team',
  '#12',
  'GH-12',
  'fixes-#7',
  'https@evil.example',
  '<b>',
  '<!--x-->',
  '`x`',
  '!i(x)',
  'a',
  'a.yaml/b',
  'a.md/b',
  'b',
  'b.yaml',
  'b.md',
  'README.md',
  'deep/'.repeat(30).concat('a'),
  'n'.repeat(200),
  '\u202egnp.exe',
  'a\u200bb',
  '\u0085x',
  '\u{e0041}',
  'Reeve-State',
  '-rf',
  '--upload-pack=touch',
  '$(touch)',
  '\'"&|;',
  '%2e%2e',
  '%2F',
  'CON',
  'é',
  'e\u0301',
  'reeve/review/default',
  'refs/heads/main',
  '0123456789abcdef0123456789abcdef01234567',
]

export interface GeneratedChange extends HostileChange {
  readonly seed: number
  /** Without refs/heads/. */
  readonly branch: string
}

export const PREFIX = 'proposal/'

/** The hostile change of a seed: always the same one. */
export async function generateChange(
  seed: number,
  means: Omit<ChangeMeans, 'name'> & { readonly secret: string; readonly host: string },
): Promise<GeneratedChange> {
  const random = new Random(`changes ${seed}`)
  const name = `change-${seed}`
  const ways: readonly MakeChange[] = [...MERGES, ...plannings(means.secret)]
  const make = ways[seed] ?? ofRelatives(seed, means)
  const change = await make(random, { ...means, name })
  const odd = BRANCHES[seed - ways.length]
  return { ...change, seed, branch: `${PREFIX}${odd ?? seed}` }
}

/** What would attack once it were merged. */
function ofRelatives(
  seed: number,
  { secret, host }: { readonly secret: string; readonly host: string },
): MakeChange {
  return async (random, { objects, files, from }) => {
    const attack = await generateAttack(seed, { secret, host })
    const tree = objects.treeOf({ ...files, ...attack.files }, attack.links)
    return { title: attack.title, head: objects.commit(tree, [from], { message: hostileText(random) }) }
  }
}
