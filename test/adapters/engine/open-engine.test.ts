import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { buildEngine } from '../../../src/adapters/engine/build-engine.ts'
import { engineSource } from '../../../src/adapters/engine/engine-source.ts'
import { openEngine } from '../../../src/adapters/engine/open-engine.ts'
import { FaultError } from '../../../src/model/fault.ts'
import { chartOf, treeOf } from '../../helpers/file-tree.ts'

const program = await buildEngine()

/** A directory for PATH with programs under other names. */
async function pathWith(programs: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-path-'))
  for (const [name, target] of Object.entries(programs)) await symlink(target, join(directory, name))
  return {
    // Nothing is built: Go is not in PATH, and the cache is empty.
    environment: { PATH: directory, XDG_CACHE_HOME: directory },
    progress: { write: () => {} },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

const helm = {
  chart: chartOf({
    'a.yaml': 'kind: {{ .Values.kind }}',
    'b.yaml': 'live: {{ lookup "v1" "Pod" "" "" | len }}',
  }),
  values: { kind: 'A' },
  release: { name: 'acme', namespace: 'eu' },
  capabilities: { kubeVersion: 'v1.36.3', apiVersions: ['v1'] },
  lookup: async () => ({ items: [] }),
}
const overlay = { tree: treeOf({ 'kustomization.yaml': 'namePrefix: a-' }), directory: '' }

for (const [what, find] of Object.entries({
  'REEVE_ENGINE names': async () => ({ ...(await pathWith({})), named: { REEVE_ENGINE: program } }),
  'PATH has': async () => ({ ...(await pathWith({ 'reeve-engine': program })), named: {} }),
})) {
  test(`the program that ${what} is the engine`, async (t) => {
    await using found = await find()
    const environment = { ...found.environment, ...found.named }
    await using engine = await openEngine({ ...found, environment })
    t.like(await engine.helm(helm), { ok: true, files: [{ text: 'kind: A' }, { text: 'live: 4' }] })
    t.like(await engine.kustomize(overlay), { ok: true })
  })
}

test('where Go is, the program is built', async (t) => {
  await using engine = await openEngine()
  t.like(await engine.helm(helm), { ok: true })
  t.is((await engineSource()).program, program)
})

test('where there is nothing the fault says what to install', async (t) => {
  await using found = await pathWith({})
  const error = await t.throwsAsync(openEngine(found), { instanceOf: FaultError })
  t.is(error.fault.code, 'no-renderer')
  t.regex(error.fault.remedy, /Go .*REEVE_ENGINE/)
})
