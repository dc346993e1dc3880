import test from 'ava'
import { dependentsOf } from '../../../src/control/sync/dependents.ts'

const cases: readonly (readonly [
  title: string,
  dependencies: Record<string, string[]>,
  dependents: string[],
])[] = [
  ['none', { platform: [], shop: [] }, []],
  ['one', { platform: [], shop: ['platform'] }, ['shop']],
  ['by way of another', { platform: [], shop: ['base'], base: ['platform'] }, ['shop', 'base']],
  ['by way of one that left nothing', { platform: [], shop: ['base'] }, []],
  ['what it depends on itself', { platform: ['base'], base: [] }, []],
  ['each other, at different times', { platform: ['shop'], shop: ['platform'] }, []],
  ['a circle of three', { platform: ['a'], a: ['b'], b: ['platform'], c: ['platform'] }, ['c']],
]

for (const [title, dependencies, dependents] of cases) {
  test(`what goes before an installation: ${title}`, (t) => {
    const found = dependentsOf('platform', new Map(Object.entries(dependencies)))
    t.deepEqual([...found].toSorted(), dependents.toSorted())
  })
}
