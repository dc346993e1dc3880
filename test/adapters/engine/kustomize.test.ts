import { createServer } from 'node:http'
import test from 'ava'
import { loadAll } from 'js-yaml'
import { buildEngine } from '../../../src/adapters/engine/build-engine.ts'
import type { Engine, FileTree } from '../../../src/adapters/engine/engine.ts'
import { engineProgram } from '../../../src/adapters/engine/engine-program.ts'
import { findPrograms } from '../../../src/sandbox/control-plane-binary.ts'
import { filesBelow, treeOf } from '../../helpers/file-tree.ts'
import { rendererPrograms } from '../../helpers/renderer-programs/renderer-programs.ts'
import { findRenderers } from '../../helpers/renderers.ts'

const { kustomize } = await findRenderers()
const { kubectl } = await findPrograms()
const engine = engineProgram(await buildEngine())
const programs: Readonly<Record<string, Engine>> = {
  kustomize: rendererPrograms({ helm: undefined, kustomize: [kustomize, 'build'] }),
  kubectl: rendererPrograms({ helm: undefined, kustomize: [...kubectl, 'kustomize'] }),
}
test.after.always(() => engine[Symbol.asyncDispose]())

const shop = async () => treeOf(Object.fromEntries(await filesBelow('kustomize/shop')))
const object = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`

const built: Readonly<Record<string, { tree: () => Promise<FileTree>; directory: string }>> = {
  'a base': { tree: shop, directory: 'base' },
  'bases beside, components, patches, generators, images, replacements': {
    tree: shop,
    directory: 'overlays/eu',
  },
  'bases in directories that are called like a repository and its commit': {
    directory: '',
    tree: async () =>
      treeOf({
        'kustomization.yaml': 'resources: [./github.com/org/bases:1a2b3c4/web]\nnamePrefix: eu-\n',
        'github.com/org/bases:1a2b3c4/web/kustomization.yaml':
          'resources: [a.yaml, ../../../../git.example.com:8443/far:5d6e7f8]\n',
        'github.com/org/bases:1a2b3c4/web/a.yaml': object('a'),
        'git.example.com:8443/far:5d6e7f8/kustomization.yaml': 'resources: [b.yaml]\n',
        'git.example.com:8443/far:5d6e7f8/b.yaml': object('b'),
      }),
  },
  'the root, with a schema of its own': {
    directory: '',
    tree: async () =>
      treeOf({
        'kustomization.yaml':
          'resources: [a.yaml]\nopenapi: {path: schema.json}\npatches: [{path: patch.yaml}]',
        'a.yaml':
          'apiVersion: x.io/v1\nkind: A\nmetadata: {name: a}\nspec: {l: [{id: 1, v: 1}, {id: 2, v: 2}]}',
        'patch.yaml': 'apiVersion: x.io/v1\nkind: A\nmetadata: {name: a}\nspec: {l: [{id: 2, v: 3}]}',
        'schema.json': JSON.stringify({
          definitions: {
            'io.x.v1.A': {
              type: 'object',
              'x-kubernetes-group-version-kind': [{ group: 'x.io', version: 'v1', kind: 'A' }],
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    l: {
                      type: 'array',
                      items: { type: 'object' },
                      'x-kubernetes-patch-merge-key': 'id',
                      'x-kubernetes-patch-strategy': 'merge',
                    },
                  },
                },
              },
            },
          },
        }),
      }),
  },
}

for (const [what, { tree, directory }] of Object.entries(built)) {
  for (const [name, program] of Object.entries(programs)) {
    test(`${name} builds the same: ${what}`, async (t) => {
      const request = { tree: await tree(), directory }
      const [own, theirs] = await Promise.all([engine.kustomize(request), program.kustomize(request)])
      t.true(own.ok, JSON.stringify(own))
      t.deepEqual(own, theirs)
    })
  }
}

test('a schema of its own is gone at the next build', async (t) => {
  const request = { tree: await shop(), directory: 'overlays/eu' }
  const own = built['the root, with a schema of its own']
  const first = await engine.kustomize(request)
  await engine.kustomize({ tree: (await own?.tree()) ?? request.tree, directory: '' })
  t.deepEqual(await engine.kustomize(request), first)
  t.is(loadAll(first.ok ? first.text : '').length, 5)
})

const outside = 'resources: [../../../../../../etc/passwd]'
const refused: Readonly<Record<string, { files: Record<string, string>; message: RegExp }>> = {
  'a file outside the directory': {
    files: { 'o/kustomization.yaml': 'resources: [../b/a.yaml]', 'b/a.yaml': object('a') },
    message: /security; file '.*a.yaml' is not in or below/,
  },
  'a file outside the tree': {
    files: { 'o/kustomization.yaml': outside },
    message: /etc\/passwd|security/,
  },
  'a file of the machine in a generator': {
    files: { 'o/kustomization.yaml': 'configMapGenerator: [{name: a, files: [/etc/passwd]}]' },
    message: /security; file '\/etc\/passwd' is not in or below|no such file|does(n't| not) exist/,
  },
  'a remote base': {
    files: { 'o/kustomization.yaml': 'resources: ["https://github.com/example/base?ref=v1"]' },
    message: /^https:\/\/github.com\/example\/base\?ref=v1 is remote: only what the repository itself holds/,
  },
  'a remote file': {
    files: { 'o/kustomization.yaml': 'resources: ["https://example.com/a.yaml"]' },
    message: /^https:\/\/example.com\/a.yaml is remote: /,
  },
  'a plugin': {
    files: {
      'o/kustomization.yaml': 'generators: [g.yaml]',
      'o/g.yaml':
        'apiVersion: v1\nkind: G\nmetadata: {name: g, annotations: {config.kubernetes.io/function: "exec: {path: ./g.sh}"}}',
    },
    message: /external plugins disabled|unable to load|not enabled/,
  },
  'a Helm chart': {
    files: { 'o/kustomization.yaml': 'helmCharts: [{name: web, repo: "https://example.com"}]' },
    message: /must specify --enable-helm/,
  },
  'a base that is above': {
    files: { 'o/kustomization.yaml': 'resources: [..]', 'kustomization.yaml': '' },
    message: /cycle detected/,
  },
}

for (const [what, { files, message }] of Object.entries(refused)) {
  test(`refused: ${what}`, async (t) => {
    const request = { tree: treeOf(files), directory: 'o' }
    for (const made of [engine, ...Object.values(programs)]) {
      const answer = await made.kustomize(request)
      t.like(answer, { ok: false, cause: 'input' })
      t.regex(answer.ok ? '' : answer.message, message)
    }
  })
}

test('a fault names the file and the line', async (t) => {
  const files = { 'kustomization.yaml': 'resources: [bad.yaml]', 'bad.yaml': 'kind: A\n\n  b: c: d\n' }
  const answer = await engine.kustomize({ tree: treeOf(files), directory: '' })
  t.like(answer, { ok: false, cause: 'input', file: 'bad.yaml', line: 3 })
})

test('a kustomization that does not fit is named', async (t) => {
  const tree = treeOf({ 'o/kustomization.yml': 'nameSuffix: 1' })
  t.like(await engine.kustomize({ tree, directory: 'o' }), { ok: false, file: 'o/kustomization.yml' })
})

test('nothing is fetched from a server of this machine', async (t) => {
  let requests = 0
  const server = createServer((_request, response) => {
    requests += 1
    response.end(object('fetched'))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `u@LOCALHOST:${port}`]) {
    const files = { 'kustomization.yaml': `resources: ["http://${host}/a.yaml"]` }
    for (const made of [engine, ...Object.values(programs)]) {
      t.like(await made.kustomize({ tree: treeOf(files), directory: '' }), { ok: false, cause: 'input' })
    }
  }
  t.is(requests, 0)
})
