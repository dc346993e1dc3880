import test from 'ava'
import { headFault } from '../../../src/control/verify/judge.ts'
import type { VerifyRule } from '../../../src/model/signing.ts'
import { historyOf, idOf, type Told } from './history.ts'

const HEAD = { mode: 'head' } as const
const ALL = { mode: 'all' } as const
const ALLOW = { mode: 'head', forge: { keys: [], merges: 'allow' } } as const
const SIGNED = { mode: 'head', forge: { keys: [], merges: 'require-signed-parent' } } as const

/** `nothing`, or the code and the commits that the message names. */
async function judged(
  told: Readonly<Record<string, Told>>,
  rule: Pick<VerifyRule, 'mode' | 'forge'>,
  accepted = 'a',
): Promise<string> {
  const look = historyOf(told)
  const head = await look.commit(idOf(Object.keys(told).at(-1) ?? ''))
  if (head === undefined) throw new Error('no head')
  const fault = await headFault(head, accepted === '' ? undefined : idOf(accepted), { rule, look })
  return fault === undefined ? 'nothing' : `${fault.code}: ${fault.message.replaceAll('_', '')}`
}

const before = { a: {}, u: { parents: ['a'], by: 'nobody' }, h: { parents: ['u'] } } as const
const FILES = { base: '1', mine: '1', theirs: '1' }
const merge = (more: Readonly<Record<string, Partial<Told>>> = {}, parents = ['a', 'f']) => ({
  a: { files: FILES, ...more.a },
  f: { parents: ['a'], files: { ...FILES, theirs: '2' }, ...more.f },
  ...(more.x && { x: { parents: ['a'], files: FILES, ...more.x } }),
  m: { parents, by: 'forge' as const, files: { ...FILES, theirs: '2' }, ...more.m },
})

for (const [what, told, rule, says, accepted] of [
  ['a signed head', { a: {}, h: { parents: ['a'] } }, HEAD, /^nothing$/],
  [
    'an unsigned head',
    { a: {}, h: { parents: ['a'], by: 'nobody' } },
    HEAD,
    /^unsigned-commit: .*: h by Ann <ann@x>$/,
  ],
  [
    'a stranger',
    { a: {}, h: { by: 'stranger' } },
    HEAD,
    /^unknown-signer: .*: h by .*: key 7 is not listed$/,
  ],
  ['a signed head vouches for what is before it', before, HEAD, /^nothing$/],
  ['not where all have to be signed', before, ALL, /^unverified-history: .* u by Ann/],
  ['the first head counts alone', before, ALL, /^nothing$/, ''],
  ['all are signed', { a: {}, b: { parents: ['a'] }, h: { parents: ['b'] } }, ALL, /^nothing$/],
  [
    'a merge brings in what is not signed',
    { a: {}, f: { by: 'nobody' }, h: { parents: ['a', 'f'] } },
    ALL,
    /^unverified-history: .* f by/,
  ],
  ['a merge of the forge', merge(), ALLOW, /^nothing$/],
  ['an edit on the forge', { a: {}, m: { parents: ['a'], by: 'forge' } }, ALLOW, /^nothing$/],
  ['a merge of what is signed', merge(), SIGNED, /^nothing$/],
  [
    'an edit on the forge',
    { a: {}, m: { parents: ['a'], by: 'forge' } },
    SIGNED,
    /^unsigned-merge: .*one parent/,
  ],
  [
    'a merge of what is unsigned',
    merge({ f: { by: 'nobody' } }),
    SIGNED,
    /^unsigned-merge: .*m by .*parents.* f by/,
  ],
  ['a merge of what a stranger signed', merge({ f: { by: 'stranger' } }), SIGNED, /^unsigned-merge: .*key 7/],
  [
    'an unsigned push before the merge',
    merge({ x: { by: 'nobody' } }, ['x', 'f']),
    SIGNED,
    /^unsigned-merge: .*parents.* x by/,
  ],
  ['a merge at the very start', merge({ a: { by: 'nobody' } }), SIGNED, /^unsigned-merge: .* a by/, ''],
  [
    'a merge that adds a file',
    merge({ m: { files: { ...FILES, theirs: '2', evil: '1' } } }),
    SIGNED,
    /evil is not what merging/,
  ],
  [
    'a merge that changes a file',
    merge({ m: { files: { ...FILES, theirs: '2', mine: '3' } } }),
    SIGNED,
    /mine is not what merging/,
  ],
  [
    'a merge that removes a file',
    merge({ m: { files: { base: '1', theirs: '2' } } }),
    SIGNED,
    /mine is missing/,
  ],
  ['a merge that leaves a change out', merge({ m: { files: FILES } }), SIGNED, /theirs is not what merging/],
  [
    'a merge of a branch that was brought up to date on the forge',
    {
      a: { files: FILES },
      f: { files: FILES },
      up: { parents: ['f', 'a'], by: 'forge', files: FILES },
      m: { parents: ['a', 'up'], by: 'forge', files: FILES },
    },
    SIGNED,
    /^nothing$/,
  ],
  [
    'a change hidden in that',
    {
      a: { files: FILES },
      f: { files: FILES },
      up: { parents: ['f', 'a'], by: 'forge', files: { ...FILES, evil: '1' } },
      m: { parents: ['a', 'up'], by: 'forge', files: { ...FILES, evil: '1' } },
    },
    SIGNED,
    /^unsigned-merge: .*up by .*evil/,
  ],
] as const satisfies readonly (readonly [
  string,
  Readonly<Record<string, Told>>,
  typeof HEAD | typeof ALL | typeof ALLOW | typeof SIGNED,
  RegExp,
  string?,
])[]) {
  test(`${what}: ${says.source}`, async (t) => t.regex(await judged(told, rule, accepted), says))
}
