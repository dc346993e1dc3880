import test from 'ava'
import { unfoldList } from '../../../src/stages/declare/unfold-list.ts'
import { parseYaml } from '../../../src/stages/declare/yaml/parse-yaml.ts'

function unfold(text: string): string[] {
  const value = parseYaml(text, 'f.yaml')[0]?.value ?? null
  return unfoldList(value).map((candidate) => `${candidate.pointer} ${JSON.stringify(candidate.value)}`)
}

const cases: readonly (readonly [title: string, text: string, ...objects: string[]])[] = [
  ['an object is itself', '{kind: Pod}', ' {"kind":"Pod"}'],
  [
    'a List is its items',
    '{apiVersion: v1, kind: List, items: [{kind: A}, 1]}',
    '/items/0 {"kind":"A"}',
    '/items/1 1',
  ],
  ['an empty List is nothing', '{apiVersion: v1, kind: List}'],
  [
    'a typed list gives its items apiVersion and kind',
    '{apiVersion: v1, kind: ConfigMapList, items: [{metadata: {}}, {kind: A}, {apiVersion: v2}]}',
    '/items/0 {"apiVersion":"v1","kind":"ConfigMap","metadata":{}}',
    '/items/1 {"kind":"A"}',
    '/items/2 {"apiVersion":"v2"}',
  ],
  ['a List does not', '{apiVersion: v1, kind: List, items: [{a: 1}]}', '/items/0 {"a":1}'],
  [
    'lists within lists are unfolded',
    '{apiVersion: v1, kind: List, items: [{kind: A}, {apiVersion: v1, kind: PodList, items: [{b: 1}]}]}',
    '/items/0 {"kind":"A"}',
    '/items/1/items/0 {"apiVersion":"v1","kind":"Pod","b":1}',
  ],
  [
    'a kind that only is called so has no items',
    '{apiVersion: x/v1, kind: AllowList}',
    ' {"apiVersion":"x/v1","kind":"AllowList"}',
  ],
  ['items alone make no list', '{kind: Menu, items: [{a: 1}]}', ' {"kind":"Menu","items":[{"a":1}]}'],
]

for (const [title, text, ...objects] of cases) {
  test(title, (t) => t.deepEqual(unfold(text), objects))
}
