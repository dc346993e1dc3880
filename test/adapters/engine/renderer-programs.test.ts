import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import test from 'ava'
import type { HelmRequest } from '../../../src/adapters/engine/engine.ts'
import { rendererPrograms } from '../../../src/adapters/engine/renderer-programs.ts'
import { chartOf, treeOf } from '../../helpers/file-tree.ts'
import { findRenderers } from '../../helpers/renderers.ts'

const { helm3, helm4, kustomize } = await findRenderers()

function request(files: Readonly<Record<string, string>>, more: Partial<HelmRequest> = {}): HelmRequest {
  return {
    chart: chartOf(files),
    values: {},
    release: { name: 'acme', namespace: 'eu' },
    capabilities: { kubeVersion: 'v1.36.3', apiVersions: ['v1'] },
    ...more,
  }
}

for (const [name, helm] of Object.entries({ 'Helm 3': helm3, 'Helm 4': helm4 })) {
  const engine = rendererPrograms({ helm, kustomize: undefined }, { outputBytes: 1_000_000 })

  test(`${name}: several documents of a file come together again, in the order that Helm has`, async (t) => {
    const files = { 'a.yaml': 'kind: Pod\n---\nkind: Namespace\n', 'b.yaml': 'kind: ConfigMap' }
    const answer = await engine.helm(request(files))
    const found = answer.ok ? answer.files : []
    t.deepEqual(
      found.map(({ path, text }) => ({ path, text: text.replaceAll(/\n+/g, '\n') })),
      [
        { path: 'web/templates/a.yaml', text: 'kind: Namespace\n---\nkind: Pod\n' },
        { path: 'web/templates/b.yaml', text: 'kind: ConfigMap\n' },
      ],
    )
  })

  test(`${name}: what varies is seen where two renderings differ`, async (t) => {
    const files = { 'a.yaml': 'a: {{ randAlphaNum 20 }}', 'b.yaml': 'b: {{ default (uuidv4) "x" }}' }
    t.like(await engine.helm(request(files)), {
      ok: true,
      varying: { functions: ['randAlphaNum', 'uuidv4'], files: ['web/templates/a.yaml'] },
    })
  })

  test(`${name}: a rendering that takes too long, or gives too much, is ended`, async (t) => {
    const loop = { 'a.yaml': '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}' }
    t.like(await engine.helm(request(loop, { timeoutMs: 1000 })), { ok: false, cause: 'bounds' })
    const much = { 'a.yaml': 'a: {{ repeat 1000001 "x" }}' }
    t.like(await engine.helm(request(much)), { ok: false, cause: 'bounds' })
  })
}

test('a message names no directory of this machine', async (t) => {
  const engine = rendererPrograms({ helm: helm3, kustomize: [kustomize, 'build'] })
  const answers = [
    await engine.helm({ ...request({}), chart: treeOf({ 'values.yaml': '' }) }),
    await engine.kustomize({ tree: treeOf({ a: '' }), directory: '' }),
    await engine.kustomize({ tree: treeOf({ 'kustomization.yaml': 'resources: [none]' }), directory: '' }),
  ]
  for (const answer of answers) {
    t.false(answer.ok)
    t.false(JSON.stringify(answer).includes(tmpdir()), JSON.stringify(answer))
  }
})

test('a path that leaves the tree is not written', async (t) => {
  const engine = rendererPrograms({ helm: helm3, kustomize: [kustomize, 'build'] })
  for (const path of ['../reeve-escaped', '/tmp/reeve-escaped', 'a/../../reeve-escaped']) {
    await t.throwsAsync(engine.kustomize({ tree: treeOf({ [path]: 'x' }), directory: '' }))
  }
  t.false((await readdir(tmpdir())).includes('reeve-escaped'))
})
