import test from 'ava'
import type { JsonObject } from '../../../src/model/json.ts'
import { parseImage } from '../../../src/stages/review/images/image-reference.ts'
import { imagesOf, sharedImages } from '../../../src/stages/review/images/images.ts'
import { change, object } from './changes.ts'

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`

const pod = (images: Readonly<Record<string, string>>): JsonObject => ({
  template: { spec: { containers: Object.entries(images).map(([name, image]) => ({ name, image })) } },
})

const told = (type: string, before: JsonObject | undefined, after: JsonObject | undefined, options = {}) =>
  imagesOf(
    change(
      before && object(type, 'x', { spec: before }),
      after && object(type, 'x', { spec: after }),
      options,
    ),
  ).map(({ image, before = '-', after = '-' }) => `${image} ${before} → ${after}`)

test('references to images are read as container runtimes read them', (t) => {
  const cases: readonly (readonly [string, object | undefined])[] = [
    ['nginx', { name: 'nginx' }],
    ['nginx:1.29', { name: 'nginx', tag: '1.29' }],
    ['localhost:5000/team/app', { name: 'localhost:5000/team/app' }],
    ['localhost:5000/team/app:v1.2_x', { name: 'localhost:5000/team/app', tag: 'v1.2_x' }],
    [`r.example/app@${DIGEST}`, { name: 'r.example/app', digest: DIGEST }],
    [`r.example:1/app:2@${DIGEST}`, { name: 'r.example:1/app', tag: '2', digest: DIGEST }],
    ['', undefined],
    ['a b', undefined],
    ['app:', undefined],
    ['app@sha256:1', undefined],
    ['(secret)', undefined],
    ['$(IMAGE)', undefined],
    [`app:${'x'.repeat(5_000)}`, undefined],
  ]
  for (const [text, expected] of cases) t.deepEqual(parseImage(text), expected as never, text)
})

test('a text that is too long for a version, or no Unicode, is none', (t) => {
  for (const version of ['9'.repeat(5_000), '1.0\ud800'])
    t.deepEqual(told('example.com/v1 Mattermost', { version }, { version: '2' }), [
      'Mattermost.example.com - → 2',
    ])
})

test('images of all containers are told before and after', (t) => {
  const type = 'apps/v1 Deployment'
  t.deepEqual(told(type, pod({ a: 'x:1', b: 'y:1' }), pod({ a: 'x:2', b: 'y:1' })), ['x 1 → 2'])
  t.deepEqual(told(type, pod({ a: 'x:1', b: 'x:1' }), pod({ a: 'x:2', b: 'x:2' })), ['x 1 → 2'])
  t.deepEqual(told(type, pod({ a: 'x:1' }), pod({ a: 'y:1' })), ['x 1 → -', 'y - → 1'])
  t.deepEqual(told(type, pod({ a: 'x:1' }), pod({ b: 'x:1' })), [])
  t.deepEqual(told(type, pod({ a: 'x:1' }), pod({ b: 'x:2' })), ['x 1 → 2'])
  t.deepEqual(told(type, undefined, pod({ a: 'x' })), ['x - → no tag'])
  t.deepEqual(told(type, pod({ a: 'x:1' }), undefined), ['x 1 → -'])
  t.deepEqual(told(type, pod({ a: 'x:1' }), pod({ a: `x:1@${DIGEST}` })), ['x 1 → 1@sha256:0123456789ab'])
  const sorts: JsonObject = {
    initContainers: [{ name: 'i', image: 'i:1' }],
    containers: [{ name: 'c', image: 'c:1' }],
    ephemeralContainers: [{ name: 'e', image: 'e:1' }],
  }
  t.deepEqual(told('v1 Pod', undefined, sorts), ['i - → 1', 'c - → 1', 'e - → 1'])
  t.deepEqual(told('batch/v1 CronJob', undefined, { jobTemplate: { spec: pod({ a: 'x:1' }) } }), ['x - → 1'])
  t.deepEqual(told('example.com/v1 Rollout', undefined, pod({ a: 'x:1' })), ['x - → 1'])
})

test('custom resources tell the image and version that their operator runs', (t) => {
  const type = 'installation.mattermost.com/v1beta1 Mattermost'
  t.deepEqual(told(type, { image: 'mm/app', version: '9.1' }, { image: 'mm/app', version: '9.2' }), [
    'mm/app 9.1 → 9.2',
  ])
  t.deepEqual(told(type, { image: 'mm/app:9' }, { image: 'mm/app:10' }), ['mm/app 9 → 10'])
  t.deepEqual(told('elastic.co/v1 Elasticsearch', { version: '8.1' }, { version: '8.2' }), [
    'Elasticsearch.elastic.co 8.1 → 8.2',
  ])
  const parts = (tag: string) => ({ image: { repository: 'r.example/app', tag } })
  t.deepEqual(told('example.com/v1 App', parts('1'), parts('2')), ['r.example/app 1 → 2'])
  t.deepEqual(told('storage.k8s.io/v1 Thing', { version: '1' }, { version: '2' }), [])
})

test('a secret image is not told', (t) => {
  const sensitive = { places: [['spec', 'template', 'spec', 'containers']], secrets: undefined }
  const closed = { ...sensitive, closed: sensitive.places }
  for (const each of [sensitive, closed])
    t.deepEqual(told('apps/v1 Deployment', pod({ a: 'x:1' }), pod({ a: 'x:2' }), { sensitive: each }), [])
})

test('equal image changes are told once for all installations, by image', (t) => {
  const of = (installation: string, ...images: readonly (readonly [string, string, string])[]) => ({
    installation,
    images: images.map(([image, before, after]) => ({ image, before, after })),
  })
  t.deepEqual(
    sharedImages([
      of('b', ['x', '1', '2']),
      of('a', ['x', '1', '2'], ['a', '1', '2']),
      of('a', ['x', '1', '2']),
    ]),
    [
      { image: 'a', before: '1', after: '2', installations: ['a'] },
      { image: 'x', before: '1', after: '2', installations: ['a', 'b'] },
    ],
  )
})
