import test from 'ava'
import { loadAll } from 'js-yaml'
import { buildEngine } from '../../../src/adapters/engine/build-engine.ts'
import type {
  Engine,
  FileTree,
  HelmAnswer,
  HelmRequest,
  RenderedFile,
} from '../../../src/adapters/engine/engine.ts'
import { engineProgram } from '../../../src/adapters/engine/engine-program.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { chartOf, filesBelow, packaged, treeOf } from '../../helpers/file-tree.ts'
import { rendererPrograms } from '../../helpers/renderer-programs/renderer-programs.ts'
import { findRenderers } from '../../helpers/renderers.ts'

const { helm3, helm4 } = await findRenderers()
const engine = engineProgram(await buildEngine())
const programs: Readonly<Record<string, Engine>> = {
  'Helm 3': rendererPrograms({ helm: helm3, kustomize: undefined }),
  'Helm 4': rendererPrograms({ helm: helm4, kustomize: undefined }),
}
test.after.always(() => engine[Symbol.asyncDispose]())

async function chart(name: string, more: Readonly<Record<string, Uint8Array>> = {}): Promise<FileTree> {
  return treeOf({ ...Object.fromEntries(await filesBelow(`charts/${name}`)), ...more })
}

function request(tree: FileTree, values: JsonObject = {}): HelmRequest {
  return {
    chart: tree,
    values,
    release: { name: 'acme', namespace: 'eu' },
    capabilities: {
      kubeVersion: 'v1.34.1',
      apiVersions: ['v1', 'apps/v1', 'apps/v1/Deployment', 'example.com/v1/Thing'],
    },
  }
}

/** What a rendering means: Helm's own output has the documents of a file in another order. */
function meaning(answer: HelmAnswer) {
  if (!answer.ok) return answer
  const { chart, files, crds, lookups, varying } = answer
  return { chart, files: files.map(documents), crds: crds.map(documents), lookups, varying }
}

function documents({ path, text }: RenderedFile) {
  const found = loadAll(text).filter((document) => document !== null && document !== undefined)
  return { path, documents: found.map((document) => JSON.stringify(document)).sort() }
}

const shop = () => chart('shop', { 'charts/db-0.3.1.tgz': packaged('charts/packaged/db') })

const rendered: Readonly<Record<string, () => Promise<HelmRequest>>> = {
  'values, files, capabilities': async () =>
    request(await chart('web'), { bigger: 123456789012, removed: null, labels: { tier: null, new: 'x' } }),
  'nothing given': async () => request(await chart('web')),
  'an upgrade': async () => ({
    ...request(await chart('web')),
    release: { name: 'acme', namespace: 'eu', isUpgrade: true },
  }),
  'subcharts, aliases, imports, a library and a package': async () => request(await shop()),
  'subcharts that a condition leaves out': async () => request(await shop(), { cache: { enabled: false } }),
  'subcharts that a tag leaves out': async () => request(await shop(), { tags: { async: false } }),
  'subcharts with values and globals': async () =>
    request(await shop(), { orders: { name: 'o', deep: { a: [1, null] } }, global: { domain: null, x: 1 } }),
  'a packaged chart': async () => request(treeOf({ 'db-0.3.1.tgz': packaged('charts/packaged/db') })),
  hooks: async () => request(await chart('hooks')),
  'values that fit the schema': async () => request(await chart('schema'), { name: 'abc' }),
}

for (const [what, make] of Object.entries(rendered)) {
  for (const [name, program] of Object.entries(programs)) {
    test(`${name} renders the same: ${what}`, async (t) => {
      const made = await make()
      const [own, theirs] = await Promise.all([engine.helm(made), program.helm(made)])
      t.true(own.ok, JSON.stringify(own))
      t.deepEqual(meaning(own), meaning(theirs))
    })
  }
}

const failing: Readonly<Record<string, FileTree>> = {
  'a required value': chartOf({ 'a.yaml': '\n\na: {{ required "give a name" .Values.name }}' }),
  'a failure of its own': chartOf({ 'a.yaml': '{{ fail "never" }}' }),
  'a value of nothing': chartOf({ 'a.yaml': '\n{{ .Values.a.b.c }}' }),
  'an included template': chartOf({
    'a.yaml': 'a: 1\nb: {{ include "inner" . }}',
    '_b.tpl': '\n{{ define "inner" }}\n{{ index .Values.list 3 }}{{ end }}',
  }),
  'a template that does not parse': chartOf({ 'a.yaml': 'a:\n{{ if }}' }),
  'an unknown function': chartOf({ 'a.yaml': 'a:\n\n{{ env "HOME" }}' }),
  'notes that fail': chartOf({ 'NOTES.txt': '{{ fail "even here" }}' }),
  'a function that panics': chartOf({ 'a.yaml': '{{ repeat -1 "x" }}' }),
  'no Chart.yaml': treeOf({ 'values.yaml': 'a: 1' }),
  'a library': treeOf({ 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\ntype: library\n' }),
  'a newer Kubernetes': treeOf({
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\nkubeVersion: ">=1.99"\n',
  }),
  'a dependency that is not there': treeOf({
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: db, version: 1.x}]\n',
  }),
}

for (const [what, tree] of Object.entries(failing)) {
  test(`Helm says the same about ${what}, of the same place`, async (t) => {
    const [own, three, four] = await Promise.all([
      engine.helm(request(tree)),
      ...Object.values(programs).map((program) => program.helm(request(tree))),
    ])
    if (own.ok || three?.ok !== false || four?.ok !== false) return t.fail(JSON.stringify([own, three, four]))
    t.true(three.message.includes(own.message), `${three.message}\n${own.message}`)
    t.deepEqual([own.cause, own.file, own.line], [three.cause, three.file, three.line])
    t.deepEqual([own.file, own.line], [four.file, four.line])
  })
}

test('Helm says the same about values that do not fit the schema', async (t) => {
  const made = request(await chart('schema'), { port: 0, name: 5 })
  const [own, three] = await Promise.all([engine.helm(made), programs['Helm 3']?.helm(made)])
  const lines = (answer: HelmAnswer | undefined) =>
    answer?.ok === false ? answer.message.split('\n').sort() : []
  t.deepEqual(lines(own), lines(three))
  t.true(lines(own).includes("- at '/port': minimum: got 0, want 1"))
})
