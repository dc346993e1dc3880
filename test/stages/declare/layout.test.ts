import test from 'ava'
import fc from 'fast-check'
import type { TreeEntry } from '../../../src/model/snapshot.ts'
import { layout } from '../../../src/stages/declare/layout.ts'

const TYPES: Readonly<Record<string, TreeEntry['type']>> = {
  '@': 'symlink',
  '%': 'submodule',
  '!': 'too-deep',
  '?': 'too-large',
}

/** `path`, `path@` for a symlink, `path%` for a submodule, `path!` for a directory that is too deep, `path?` for a large one. */
function tree(...paths: readonly string[]): TreeEntry[] {
  return paths.map((text) => {
    const type = TYPES[text.at(-1) ?? ''] ?? 'file'
    const path = text.replace(/[@%!?]$/, '')
    return { path, oid: `blob of ${path}`, type }
  })
}

/** `name: files; faults with their places`. */
function summary(...paths: readonly string[]): string[] {
  return layout(tree(...paths)).map(({ name, files, faults }) => {
    const found = faults.map(({ code, location }) => `${code} ${location?.file}`)
    return `${name}: ${[...files.map(({ path }) => path), ...found].join(', ')}`
  })
}

const cases: readonly (readonly [title: string, paths: readonly string[], expected: readonly string[]])[] = [
  ['no files, no installations', [], []],
  [
    'a directory that directly holds manifests is an installation, named by its path',
    [
      'README.md',
      'acme/a.yaml',
      'acme/b.yml',
      'acme/c.json',
      'acme/notes.txt',
      'docs/x.md',
      'eu/acme/a.yaml',
    ],
    ['acme: acme/a.yaml, acme/b.yml, acme/c.json', 'eu/acme: eu/acme/a.yaml'],
  ],
  [
    'a kustomization of any name is one of them',
    ['acme/Kustomization', 'eu/Kustomization@', 'us/Kustomization.txt'],
    ['acme: acme/Kustomization', 'eu: symlink eu/Kustomization'],
  ],
  [
    'directories within an installation are installations of their own',
    ['acme/a.yaml', 'acme/db/a.yaml', 'acme/empty/x/y.yaml'],
    ['acme: acme/a.yaml', 'acme/db: acme/db/a.yaml', 'acme/empty/x: acme/empty/x/y.yaml'],
  ],
  [
    'manifests at the top are the installation root',
    ['a.yaml', 'acme/b.yaml'],
    ['acme: acme/b.yaml', 'root: a.yaml'],
  ],
  [
    'with a directory root besides, both places are named',
    ['a.yaml', 'root/b.yaml', 'root/x/c.yaml'],
    [
      'root: a.yaml, root/b.yaml, duplicate-installation a.yaml, duplicate-installation root/b.yaml',
      'root/x: root/x/c.yaml',
    ],
  ],
  [
    'what begins with a point is skipped, extensions are as kubectl has them',
    ['.github/x.yaml', 'acme/.hidden.yaml', 'acme/.d/x.yaml', 'acme/x.YAML', 'acme/yaml', 'acme/.l@', '.m%'],
    [],
  ],
  [
    'a link that is named like a manifest is a fault of its directory',
    ['acme/a.yaml', 'acme/b.yaml@', 'other/c.json@'],
    ['acme: acme/a.yaml, symlink acme/b.yaml', 'other: symlink other/c.json'],
  ],
  [
    'a link or submodule that may hold manifests is a fault of the installation around it',
    ['acme/a.yaml', 'acme/x/sub@', 'acme/mod%', 'acme/v1.2@'],
    ['acme: acme/a.yaml, symlink acme/x/sub, submodule acme/mod, symlink acme/v1.2'],
  ],
  [
    'so is a directory that is too deep or too large, whatever its name',
    ['acme/a.yaml', 'acme/d/d!', 'acme/d/e.yaml!', 'acme/.d!', 'acme/e?', 'other/a.yaml'],
    [
      'acme: acme/a.yaml, too-deep acme/d/d, too-deep acme/d/e.yaml, directory-too-large acme/e',
      'other: other/a.yaml',
    ],
  ],
  [
    'or of an installation of its own name, where there is none around',
    ['acme/a.yaml', 'base@', 'vendor/charts%'],
    ['acme: acme/a.yaml', 'base: symlink base', 'vendor/charts: submodule vendor/charts'],
  ],
  ['the top is around everything', ['a.yaml', 'x/sub@'], ['root: a.yaml, symlink x/sub']],
  [
    'links to what is no manifest do no harm',
    ['acme/README.md@', 'acme/LICENSE@', 'acme/run.sh@', 'acme/a.yaml'],
    ['acme: acme/a.yaml'],
  ],
  [
    'paths that leave the repository are faults, one for each way out, and are never read',
    ['../x.yaml', '../y.yaml', '/etc/z.yaml', 'acme/../../x.yaml', 'acme/a.yaml', 'acme/.git/x.yaml'],
    ['acme: acme/a.yaml, unsafe-path acme/.., unsafe-path acme/.git', 'root: unsafe-path .., unsafe-path /'],
  ],
  [
    'so are other spellings of them',
    ['acme/..\\x.yaml', 'acme/.GIT/x.yaml', 'acme/./x.yaml', 'acme//x.yaml', 'acme/a\0.yaml'],
    [
      'acme: unsafe-path acme/..\\x.yaml, unsafe-path acme/.GIT, unsafe-path acme/., unsafe-path acme/, unsafe-path acme/a\0.yaml',
    ],
  ],
]

for (const [title, paths, expected] of cases) {
  test(title, (t) => t.deepEqual(summary(...paths), [...expected]))
}

test('the order of the entries makes no difference', (t) => {
  const paths = ['acme/b.yaml', 'acme/a.yaml', 'b/x.yaml', 'a.yaml', 'acme/sub@']
  t.deepEqual(layout(tree(...paths)), layout(tree(...paths.toReversed())))
})

test('the source is another one whenever a file of the installation is another one', (t) => {
  const sourceOf = (entries: readonly TreeEntry[]) =>
    layout(entries).find(({ name }) => name === 'acme')?.source
  const base = tree('acme/a.yaml', 'acme/b.yaml', 'other/c.yaml')
  const changed = base.map((entry) => (entry.path === 'acme/a.yaml' ? { ...entry, oid: 'new' } : entry))
  const sources = [
    base,
    changed,
    tree('acme/a.yaml', 'other/c.yaml'),
    tree('acme/a.yaml', 'acme/z.yaml', 'other/c.yaml'),
    [...base, ...tree('acme/link@')],
  ].map(sourceOf)
  t.is(new Set(sources).size, sources.length)
  t.is(sourceOf([...base, ...tree('other/d.yaml', 'acme/README.md', 'acme/db/x.yaml')]), sourceOf(base))
})

test('an installation of the same files under another name has another source', (t) => {
  const [a, b] = layout([
    { path: 'a/x.yaml', oid: '1', type: 'file' },
    { path: 'b/x.yaml', oid: '1', type: 'file' },
  ])
  t.not(a?.source, b?.source)
})

const PLACES = [
  '.hidden/a.yaml',
  'a.yaml',
  'root/a.yaml',
  'root/b.yaml',
  'x/../evil.yaml',
  'x/README.md',
  'x/a.yaml',
  'x/b.yaml',
  'x/sub/a.yaml',
  'x/sub/link',
  'x/z.yaml',
  'y/a.yaml',
  'y/deep/below/link',
  'z',
]
const kind = fc.constantFrom('file', 'file', 'other', 'symlink', 'submodule', 'none')
const edit = fc.record({ at: fc.nat(PLACES.length - 1), kind })

/** What is at each place, commit after commit. */
const histories = fc
  .tuple(
    fc.tuple(...PLACES.map(() => kind)),
    fc.array(fc.array(edit, { maxLength: 2 }), { minLength: 1, maxLength: 4 }),
  )
  .map(([first, commits]) => {
    const kinds = [...first]
    const next = (edits: (typeof commits)[number]) => {
      for (const { at, kind } of edits) kinds[at] = kind
      return treeOf(kinds)
    }
    return [treeOf(kinds), ...commits.map(next)]
  })

function treeOf(kinds: readonly string[]): readonly TreeEntry[] {
  return PLACES.flatMap((path, at): TreeEntry[] => {
    const kind = kinds[at]
    if (kind === undefined || kind === 'none') return []
    const type = kind === 'symlink' || kind === 'submodule' ? kind : 'file'
    return [{ path, oid: `${kind} of ${path}`, type }]
  })
}

/** The entries, those of directories that are as before the same objects as then: so walkTree lists them. */
function listed(entries: readonly TreeEntry[], before: readonly TreeEntry[]): readonly TreeEntry[] {
  const below = (all: readonly TreeEntry[], directory: string) =>
    JSON.stringify(all.filter(({ path }) => path.startsWith(directory)))
  return entries.map((entry) => {
    const directory = entry.path.slice(0, entry.path.lastIndexOf('/') + 1)
    const known = before.find(({ path }) => path === entry.path)
    return known && below(entries, directory) === below(before, directory) ? known : entry
  })
}

test('what is taken over from an earlier tree makes no difference', (t) => {
  fc.assert(
    fc.property(histories, (commits) => {
      let before: readonly TreeEntry[] = []
      let known: ReturnType<typeof layout> = []
      for (const commit of commits) {
        const entries = listed(commit, before)
        const sources = layout(entries, new Map(known.map((source) => [source.name, source])))
        t.deepEqual(sources, layout(commit))
        before = entries
        known = sources
      }
    }),
    { numRuns: 500 },
  )
})
