import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readConfigFile } from '../../src/cli/options/config-file.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startGitea } from '../helpers/gitea/gitea.ts'
import { reviewedRepository } from '../helpers/reviewed-repository.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/review', import.meta.url))

const test = controlPlaneTest()

test('examples/review: the proposal is reviewed as its README says', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-example-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  await cp(join(EXAMPLE, 'fleet'), directory, { recursive: true })
  const before = await filesOf(directory)
  await promisify(execFile)('git', ['apply', join(EXAMPLE, 'proposal.patch')], { cwd: directory })
  const after = await filesOf(directory)
  const gone = Object.keys(before).filter((path) => !(path in after))

  await using gitea = await startGitea()
  await using repository = await reviewedRepository(gitea, t.context.controlPlane, 'example', before)
  await using reeve = repository.run()
  await reeve.logged('in sync')
  const number = await repository.propose('upgrade', {
    ...after,
    ...Object.fromEntries(gone.map((path) => [path, undefined])),
  })
  const { body: refused } = await repository.comment(number)
  t.regex(refused, /^### ❌ Acts on 5 of 6 installations$/m)
  t.regex(refused, /--trailer "Reeve-Allow-Deletion: initech"$/m)
  const message = 'Allow deletions\n\nReeve-Allow-Deletion: initech'
  await repository.forge.push({ branch: 'upgrade', files: {}, message })
  const { body } = await repository.comment(number, (comment) => comment.body.includes('nothing refused'))
  t.regex(body, /^### ⚠️ Acts on 5 of 6 installations$/m)
  t.regex(body, /^2 change alike, 1 more changes, 1 is created, 1 is deleted; nothing refused\.$/m)
  t.regex(body, /^> \*\*Workloads are stopped\*\*$/m)
  t.regex(body, /\| `registry\.example\.com\/shop` \| `2\.4` \| `2\.5` \|/)
})

test('examples/review: the configuration has no fault', async (t) => {
  const { faults, review } = await readConfigFile(join(EXAMPLE, 'reeve.yaml'))
  t.deepEqual(faults, [])
  t.deepEqual(review, { forks: false })
})

test('examples/review: the README names each file', async (t) => {
  const readme = await readFile(join(EXAMPLE, 'README.md'), 'utf8')
  for (const name of await readdir(EXAMPLE))
    if (name !== 'README.md') t.true(readme.includes(`| \`${name}\` |`), name)
})

async function filesOf(directory: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [relative(directory, path), await readFile(path, 'utf8')])),
  )
}
