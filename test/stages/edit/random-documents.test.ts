import test from 'ava'
import { diffLines } from 'diff'
import { stringify } from 'yaml'
import type { Edit } from '../../../src/stages/edit/edit.ts'
import { editFile } from '../../../src/stages/edit/edit-file.ts'
import { Random } from '../../helpers/random.ts'

const RUNS = 400
const SEED = process.env.REEVE_EDIT_SEED ?? 'edit'
const TEXTS = [
  'a',
  'x: y',
  'two\nlines\n',
  'end\n\n\n',
  '  indented',
  '# none',
  'yes',
  'long '.repeat(30),
  '',
]
const EDITS: readonly Edit[] = [
  { kind: 'set', path: ['spec', 'rollout', 'paused'], value: true },
  { kind: 'append', path: ['spec', 'rollout', 'skip'], item: 'acme' },
  { kind: 'set', path: ['spec', 'revision'], value: '1'.repeat(40) },
]

function value(random: Random, depth: number): unknown {
  if (depth > 2 || random.chance(0.4)) return random.pick<unknown>([...TEXTS, 1, 2.5, true, null])
  const items = Array.from({ length: random.between(0, 3) }, () => value(random, depth + 1))
  return random.chance(0.5) ? items : Object.fromEntries(items.map((item, index) => [`k${index}`, item]))
}

/** A group's document in any style of YAML. */
function document(random: Random): string {
  const names = (all: readonly string[]) => all.filter(() => random.chance(0.6))
  const fields = names(['maxUnavailable', 'order', 'z']).map((name) => [name, value(random, 1)])
  const spec = random
    .shuffle([...names(['values', 'more']), 'rollout'])
    .map((name) => [name, name === 'rollout' ? Object.fromEntries(fields) : value(random, 0)])
  const text = stringify(
    { kind: 'InstallationGroup', spec: Object.fromEntries(spec) },
    {
      indentSeq: random.chance(0.5),
      indent: random.pick([2, 4]),
      collectionStyle: random.chance(0.2) ? 'flow' : 'any',
      defaultStringType: random.pick(['PLAIN', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED']),
    },
  )
  const ended = random.chance(0.2) ? text.replace(/\n$/, '') : text
  return random.chance(0.2) ? ended.replaceAll('\n', '\r\n') : ended
}

test(`every document is edited in a line or two (REEVE_EDIT_SEED=${SEED})`, (t) => {
  for (let run = 0; run < RUNS; run += 1) {
    const random = new Random(`${SEED} ${run}`)
    const text = document(random)
    const edited = editFile(text, { file: 'a.yaml', document: 0, pointer: '' }, random.pick(EDITS))
    if (edited === undefined) {
      t.fail(`${run}: not edited\n${text}`)
      continue
    }
    const lines = (kind: 'added' | 'removed') =>
      diffLines(text, edited).reduce((sum, part) => sum + (part[kind] ? part.count : 0), 0)
    t.true(lines('removed') <= 1 && lines('added') <= 3, `${run}:\n${text}\nbecomes\n${edited}`)
  }
})
