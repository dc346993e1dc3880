import { DIRECTORY, FILE, SUBMODULE, SYMLINK } from '../../../src/adapters/git/tree.ts'
import { HOSTILE } from '../hostile.ts'
import { configMap } from '../relatives/documents.ts'
import type { ChangeMeans, MakeChange } from './change.ts'
import { LINES, RENAMED } from './common-files.ts'
import type { HeldFiles } from './repository-objects.ts'

const NOWHERE = 'dead'.repeat(10)

function files(title: string, made: (means: ChangeMeans) => HeldFiles): MakeChange {
  return (_, means) => ({ title, head: committed(means, { ...means.files, ...made(means) }) })
}

function committed({ objects, from }: ChangeMeans, all: HeldFiles, parents = [from]): string {
  return objects.commit(objects.treeOf(all), parents)
}

function without(means: ChangeMeans, prefix: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(means.files).filter(([path]) => !path.startsWith(prefix)))
}

/** A tree beside the others with these records, in this order. */
function odd(
  title: string,
  records: (means: ChangeMeans) => Parameters<ChangeMeans['objects']['rawTree']>[0],
): MakeChange {
  return (_, means) => {
    const { objects, from, name } = means
    const oid = objects.rawTree(records(means))
    const all = objects.treeOf({ ...means.files, [name]: { mode: DIRECTORY, oid } })
    return { title, head: objects.commit(all, [from]) }
  }
}

const file = ({ objects, name }: ChangeMeans, entry: string | Uint8Array, mode = FILE) => ({
  mode,
  name: entry,
  oid: objects.blob(configMap(name)),
})

function renamed(title: string, edit: (text: string, index: number) => string): MakeChange {
  return (_, means) => {
    const moved = Array.from({ length: RENAMED }, (_, index) => [
      `${means.name}/f-${index}.txt`,
      edit(means.files[`bulk/f-${index}.txt`] ?? '', index),
    ])
    return { title, head: committed(means, { ...without(means, 'bulk/'), ...Object.fromEntries(moved) }) }
  }
}

/** Changes that are hostile to what merges them. */
export const MERGES: readonly MakeChange[] = [
  renamed('a thousand files renamed that the target changed', (text) => text),
  renamed('a thousand files renamed and changed', (text, index) => `${text}${index}\n`),
  renamed('a thousand files renamed to equal ones', () => 'x\n'.repeat(200)),
  files('a file of a million equal lines', () => ({ 'lines.txt': 'x\n'.repeat(1_000_000) })),
  files('a file of as many equal lines as are compared', () => ({
    'lines.txt': `y\n${'x\n'.repeat(LINES)}`,
  })),
  files('a file of two million lines without content', () => ({ 'lines.txt': '\n'.repeat(2_000_000) })),
  files('a file without line breaks', () => ({ 'lines.txt': 'x'.repeat(3_000_000) })),
  files('a file of 30 MiB', ({ name }) => ({ [`${name}/a.yaml`]: Buffer.alloc(30 << 20, 'a: 1\n') })),
  files('a text that is binary now', () => ({ 'lines.txt': '\0\0\0' })),
  files('a directory in place of a file', () => ({ 'lines.txt/a.yaml': configMap('below') })),
  (_, means) => ({
    title: 'a file in place of a directory',
    head: committed(means, { ...without(means, 'bulk/'), bulk: 'x' }),
  }),
  files('a symbolic link in place of a file', () => ({
    'lines.txt': { mode: SYMLINK, text: '/etc/passwd' },
  })),
  files('a symbolic link in place of an installation', () => ({
    'neighbour/a.yaml': { mode: SYMLINK, text: '../vault/a.yaml' },
  })),
  files('a submodule in place of a file', () => ({ 'lines.txt': { mode: SUBMODULE, oid: NOWHERE } })),
  files('a submodule', ({ name }) => ({
    [`${name}/more`]: { mode: SUBMODULE, oid: NOWHERE },
    [`${name}/a.yaml`]: configMap(name),
  })),
  files('a program in place of a file', () => ({ 'lines.txt': { mode: '100755', text: 'x\n' } })),
  files('modes that there are none', ({ name }) => ({
    [`${name}/a.yaml`]: { mode: '100666', text: configMap(name) },
    [`${name}/b.yaml`]: { mode: '0100644', text: configMap(`${name}-b`) },
    [`${name}/c.yaml`]: { mode: '100000', text: configMap(`${name}-c`) },
  })),
  files('a directory 3,000 deep', ({ name }) => ({
    [`${name}/${'d/'.repeat(3_000)}a.yaml`]: configMap('deep'),
  })),
  files('ten thousand files', ({ name }) =>
    Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [`${name}/${at}.yaml`, configMap(`${name}-${at}`)]),
    ),
  ),
  odd('a directory called ..', (means) => [file(means, '..')]),
  odd('a directory called .git', (means) => [
    {
      mode: DIRECTORY,
      name: '.git',
      oid: means.objects.treeOf({ config: '[core]\n\tfsmonitor = touch /tmp/x\n' }),
    },
    file(means, 'a.yaml'),
  ]),
  odd('a file called by a path', (means) => [
    file(means, '../../neighbour/a.yaml'),
    file(means, '/etc/a.yaml'),
  ]),
  odd('one name twice', (means) => [file(means, 'a.yaml'), file(means, 'a.yaml')]),
  odd('one name for a file and a directory', (means) => [
    file(means, 'a.yaml'),
    { mode: DIRECTORY, name: 'a.yaml', oid: means.objects.treeOf({ 'b.yaml': configMap('b') }) },
  ]),
  odd('names out of order', (means) => [file(means, 'z.yaml'), file(means, 'a.yaml')]),
  odd('a name that is no UTF-8', (means) => [file(means, Buffer.from('a\xff\xfe.yaml', 'latin1'))]),
  odd('a name of control characters', (means) => [file(means, '\u001b[2J\n\r\u202e\u0085.yaml')]),
  odd('a name that is markup', (means) => [file(means, `${HOSTILE.replaceAll('/', '_')}.yaml`)]),
  odd('a name of 5,000 characters', (means) => [file(means, `${'n'.repeat(5_000)}.yaml`)]),
  odd('names of the prototype', (means) => [file(means, '__proto__'), file(means, 'constructor.yaml')]),
  odd('a directory without entries', ({ objects }) => [
    { mode: DIRECTORY, name: 'empty', oid: objects.tree([]) },
  ]),
  (_, means) => ({ title: 'a commit without files', head: committed(means, {}) }),
  (_, means) => ({
    title: 'no history in common',
    head: committed(means, { 'a.yaml': configMap('unrelated') }, []),
  }),
  (_, means) => {
    let head = means.from
    const tree = means.objects.treeOf({ ...means.files, [`${means.name}/a.yaml`]: configMap(means.name) })
    for (let at = 0; at < 10_000; at++) head = means.objects.commit(tree, [head], { message: `${at}` })
    return { title: 'a history of 10,000 commits', head }
  },
  (_, means) => {
    const tree = means.objects.treeOf({ ...means.files, [`${means.name}/a.yaml`]: configMap(means.name) })
    let [left, right] = ['l', 'r'].map((message) => means.objects.commit(tree, [means.from], { message }))
    for (let at = 0; at < 500; at++) {
      const parents = [left ?? '', right ?? '']
      left = means.objects.commit(tree, parents, { message: `l${at}` })
      right = means.objects.commit(tree, parents.toReversed(), { message: `r${at}` })
    }
    return { title: 'a history that criss-crosses', head: left ?? '' }
  },
  (_, means) => ({
    title: 'a merge of its target and of a stranger',
    head: committed(means, { ...means.files, [`${means.name}/a.yaml`]: configMap(means.name) }, [
      means.target,
      means.from,
      committed(means, { 'x.yaml': configMap('stranger') }, []),
    ]),
  }),
  (_, means) => {
    const tree = means.objects.treeOf({ ...means.files, [`${means.name}/a.yaml`]: configMap(means.name) })
    const roots = Array.from({ length: 500 }, (_, at) =>
      means.objects.commit(tree, [], { message: `root ${at}` }),
    )
    return { title: 'a merge of 500 parents', head: means.objects.commit(tree, [means.from, ...roots]) }
  },
  ...[
    'Mallory <m@evil.example> 99999999999999 +9999',
    'Mallory <m@evil.example> -1 +0000',
    'Mallory <m@evil.example> 0 x',
    '<> 1 +0000',
    '\u001b[2J\u202e@team <javascript:alert(1)> 1700000000 +0000',
  ].map(
    (person): MakeChange =>
      (_, { objects, files, from, name }) => ({
        title: `a commit of ${JSON.stringify(person)}`,
        head: objects.commit(objects.treeOf({ ...files, [`${name}/a.yaml`]: configMap(name) }), [from], {
          person,
        }),
      }),
  ),
  (_, { objects, files, from, name }) => ({
    title: 'a commit message of 5 MiB with a signature that is none',
    head: objects.commit(objects.treeOf({ ...files, [`${name}/a.yaml`]: configMap(name) }), [from], {
      message: `${HOSTILE}\n${'Reeve-Accept-Plan: x\n'.repeat(250_000)}`,
      head: 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n',
    }),
  }),
  (_, means) => {
    const { objects, files, from, name } = means
    const gone = objects.blob(`gone ${name}`)
    const tree = objects.treeOf({ ...files, [`${name}/a.yaml`]: { oid: gone } })
    return { title: 'a file whose object is missing', head: objects.commit(tree, [from]), missing: [gone] }
  },
  (_, means) => {
    const { objects, files, from, name } = means
    const tree = objects.treeOf({ ...files, [`${name}/a.yaml`]: configMap(name) })
    return { title: 'a tree that is missing', head: objects.commit(tree, [from]), missing: [tree] }
  },
  (_, { target }) => ({ title: 'nothing', head: target }),
  (_, { from }) => ({ title: 'less than its target has', head: from }),
]
