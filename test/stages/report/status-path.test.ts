import { createHash } from 'node:crypto'
import test from 'ava'
import fc from 'fast-check'
import { isPathOf, isStatusPath, statusPath } from '../../../src/stages/report/status-path.ts'

const ORDINARY = [
  'acme',
  'eu/acme',
  'eu/acme.example.com',
  'v1.2',
  'yaml',
  'Acme',
  'größe/ü',
  'a b',
  'a.yaml',
  'x'.repeat(250),
]

for (const name of ORDINARY)
  test(`the record of ${name.slice(0, 30)} stands where it always stood`, (t) => {
    t.is(statusPath(name), `installations/${name}.yaml`)
  })

const UNUSUAL: readonly (readonly [string, string])[] = [
  ['a.yaml/b', 'installations/a%2Eyaml/b.yaml'],
  ['a.YAML/b', 'installations/a%2EYAML/b.yaml'],
  ['..', 'installations/%2E%2E.yaml'],
  ['../x', 'installations/%2E%2E/x.yaml'],
  ['.git', 'installations/%2Egit.yaml'],
  ['a/.git/b', 'installations/a/%2Egit/b.yaml'],
  ['git~1/b', 'installations/git%7E1/b.yaml'],
  ['.g\u200cit/b', 'installations/%2Eg%E2%80%8Cit/b.yaml'],
  ['50%', 'installations/50%25.yaml'],
  ['a\\b:c', 'installations/a%5Cb%3Ac.yaml'],
  ['a//b', 'installations/a/%/b.yaml'],
  ['line\nfeed', 'installations/line%0Afeed.yaml'],
]

for (const [name, path] of UNUSUAL)
  test(`the record of ${JSON.stringify(name)} stands where Git accepts it`, (t) => {
    t.is(statusPath(name), path)
    t.true(isStatusPath(path))
    t.true(isPathOf(path, name))
    t.true(isPathOf(`installations/${name}.yaml`, name), 'where an earlier version wrote it')
  })

const piece = fc.constantFrom(
  ...[
    'a',
    'b',
    'A',
    '.',
    '..',
    '/',
    '%',
    '%2E',
    '2E',
    '~',
    '%~',
    '.yaml',
    '.YAML',
    '.git',
    'é',
    '\u200c',
    ' ',
  ],
  'x'.repeat(120),
  'é'.repeat(70),
)
const name = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 300 }),
)

test('two names never share a path, and none is in the way of another', (t) => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      const [a, b] = [statusPath(one), statusPath(other)]
      if (one === other) t.is(a, b)
      else t.not(a, b)
      t.false(a.startsWith(`${b}/`) || b.startsWith(`${a}/`), `${a} and ${b}`)
    }),
    { numRuns: 5_000 },
  )
})

test('every path is one that Git and file systems accept', (t) => {
  fc.assert(
    fc.property(name, (any) => {
      const parts = statusPath(any).split('/')
      for (const part of parts) {
        t.true(part !== '' && Buffer.byteLength(part) <= 255, part)
        t.notRegex(part, /^\.|[. ]$|\p{C}/u)
      }
    }),
    { numRuns: 5_000 },
  )
})

test('a long name keeps its beginning, and its hash tells it from others', (t) => {
  const long = 'long-'.repeat(60)
  const hash = createHash('sha256').update(long).digest('hex')
  t.is(statusPath(long), `installations/${long.slice(0, 120)}%~${hash}.yaml`)
})
