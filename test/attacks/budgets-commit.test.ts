import test from 'ava'
import { startGitServer } from '../../src/sandbox/git-server.ts'
import { workingCopy } from '../../src/sandbox/working-copy.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'
import { nodeInContainer } from './container.ts'
import { isBounded, isContained } from './is-contained.ts'

const DECLARE = new URL('declare-main.ts', import.meta.url).pathname
const FULL =
  /attack\/\S+:1: the commit has more documents than Reeve keeps: all documents together may take \d+ MiB/

test.serial('60,000 installations', async (t) => {
  const files = Array.from({ length: 6 }, (_, file) => [
    `attack/all-${file}.yaml`,
    many(
      10_000,
      (index) =>
        `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: member-${file}-${index}}\nspec: {template: {path: app}}\n`,
    ),
  ])
  const { stdout } = await isContained(t, {
    ...Object.fromEntries(files),
    'app/config.yaml': object('config'),
  })
  t.regex(stdout, FULL)
})

test.serial('half a million objects in ten directories', async (t) => {
  const files = Array.from({ length: 10 }, (_, directory) => [
    `attack/part-${directory}/all.yaml`,
    many(50_000, (index) => object(`object-${directory}-${index}`)),
  ])
  const { stdout } = await isContained(t, Object.fromEntries(files))
  t.regex(stdout, FULL)
})

test.serial('a commit of 280 MB of manifests', async (t) => {
  await using server = await startGitServer()
  await using work = await workingCopy(server)
  await work.write('neighbour/config.yaml', object('neighbour'))
  for (let index = 0; index < 70; index += 1) {
    const data = `data: {key: "${'x'.repeat(4e6)}"}\n`
    await work.write(`attack/part-${index}/config.yaml`, object(`config-${index}`) + data)
  }
  await work.commit('280 MB')
  await work.push()
  const ended = await nodeInContainer(t, [DECLARE, server.url, await temporaryDirectory(t)])
  isBounded(t, ended)
  const { neighbour, faults } = JSON.parse(ended.stdout)
  t.deepEqual(neighbour, [])
  t.deepEqual([...new Set(Object.values(faults))], ['commit-too-large'])
})

function many(count: number, document: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => document(index)).join('---\n')
}

function object(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`
}
