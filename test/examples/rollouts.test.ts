import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { describeFault } from '../../src/model/fault.ts'
import { rolloutSchema } from '../../src/stages/declare/documents/rollout-schema.ts'
import { allDocuments, fencesIn } from '../docs/documents.ts'
import { declareFiles, type RepositoryFiles } from '../helpers/declare-files.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/rollouts', import.meta.url))

async function exampleFiles(): Promise<RepositoryFiles> {
  const entries = await readdir(EXAMPLE, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const files = paths.map(async (path) => [relative(EXAMPLE, path), await readFile(path, 'utf8')] as const)
  return Object.fromEntries(await Promise.all(files))
}

test('examples/rollouts has three rings, each with its members, and no fault', async (t) => {
  const { installations, tree } = await declareFiles(await exampleFiles())
  t.deepEqual(
    [...installations.values()].flatMap(({ faults }) => faults.map(describeFault)),
    [],
  )
  const rings = [...tree.groups.values()].flatMap(({ name, chain }) => {
    const rollout = chain.at(-1)?.document.rollout
    return rollout ? [[name, ...rollout.after.map(({ group }) => group)]] : []
  })
  t.deepEqual(rings, [['canary'], ['early', 'canary'], ['production', 'early']])
  const members = [...installations.values()].flatMap(({ name, groups }) =>
    groups ? [[groups[0], name]] : [],
  )
  t.deepEqual(
    Object.fromEntries(
      Map.groupBy(members, ([group]) => group)
        .entries()
        .map(([group, all]) => [group, all.length]),
    ),
    {
      canary: 2,
      early: 3,
      production: 5,
    },
  )
})

test('the first example of docs/using/rollouts.md fits into that repository', async (t) => {
  const page = (await allDocuments()).find(({ path }) => path === 'docs/using/rollouts.md')
  const [example] = page ? fencesIn(page).filter(({ language }) => language === 'yaml') : []
  t.truthy(example)
  const { installations, tree } = await declareFiles({
    ...(await exampleFiles()),
    'groups.yaml': example?.text ?? '',
  })
  t.deepEqual(
    [...installations.values()].flatMap(({ faults }) => faults.map(describeFault)),
    [],
  )
  t.deepEqual([...tree.groups.keys()], ['shops', 'canary', 'early', 'production'])
})

test('docs/using/rollouts.md has a row for each field of a rollout, and for no other', async (t) => {
  const page = (await allDocuments()).find(({ path }) => path === 'docs/using/rollouts.md')
  const [, section = ''] = /\n## Fields\n(.*?)\n## /s.exec(page?.text ?? '') ?? []
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  const fields = rows.flatMap((row) =>
    [...(row.split(' | ')[0]?.matchAll(/`(\w+)/g) ?? [])].map(([, name]) => name),
  )
  t.deepEqual([...new Set(fields)].sort(), Object.keys(rolloutSchema.properties).sort())
})
