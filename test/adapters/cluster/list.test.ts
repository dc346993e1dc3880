import test from 'ava'
import { ApiError } from '../../../src/adapters/cluster/api-error.ts'
import { list } from '../../../src/adapters/cluster/list.ts'
import type { ApiRequest } from '../../../src/adapters/cluster/transport.ts'

const things = {
  group: 'example.com',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  namespaced: true,
  verbs: [],
}
const expired = new ApiError({ code: 410, reason: 'Expired', message: 'the continue token is too old' })

/** Two pages of one object each; the second expires as often as told. */
function server(expirations: number) {
  const asked: string[] = []
  let left = expirations
  const read = async ({ path }: ApiRequest): Promise<string> => {
    asked.push(path)
    const params = new URLSearchParams(path.split('?')[1])
    if (params.get('limit') === '0') return page(['a', 'b'])
    if (params.get('continue') === null) return page(['a'], 'next')
    if (left-- > 0) throw expired
    return page(['b'])
  }
  return { read, asked }
}

const page = (names: string[], next?: string) =>
  JSON.stringify({
    metadata: { resourceVersion: '5', continue: next },
    items: names.map((name) => ({ metadata: { name } })),
  })

for (const [expirations, requests] of [
  [0, 2],
  [1, 4],
  [2, 6],
  [3, 7],
] as const) {
  test(`a list whose pages expire ${expirations} times is complete and without doubles after ${requests} requests`, async (t) => {
    const { read, asked } = server(expirations)
    const { items, resourceVersion } = await list(read, things, {})
    t.deepEqual(
      items.map(({ metadata }) => metadata.name),
      ['a', 'b'],
    )
    t.is(resourceVersion, '5')
    t.is(asked.length, requests)
  })
}

test('apiVersion and kind, which the server leaves out, are put in', async (t) => {
  const { items } = await list(server(0).read, things, {})
  t.like(items[0], { apiVersion: 'example.com/v1', kind: 'Thing' })
})

test('a kind without objects may be listed as null', async (t) => {
  const { items } = await list(async () => '{"metadata":{"resourceVersion":"1"},"items":null}', things, {})
  t.deepEqual(items, [])
})
