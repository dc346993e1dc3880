import test from 'ava'
import { describeFault } from '../../../src/model/fault.ts'
import { dependencyFaults } from '../../../src/stages/declare/dependencies.ts'

/** Faults of installations that are given as `name: its dependencies`. */
function faultsOf(dependencies: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const installations = Object.entries(dependencies).map(([name, names]) => {
    const dependsOn = names.map((other, index) => ({
      name: other,
      location: { file: `${name}/reeve.yaml`, line: index + 1 },
    }))
    return [name, { name, dependsOn }] as const
  })
  return [...dependencyFaults(new Map(installations)).values()].flat().map(describeFault)
}

test('dependencies on installations that are there are fine', (t) => {
  t.deepEqual(faultsOf({ a: ['b', 'c'], b: ['c'], c: [], d: ['a'] }), [])
})

test('a dependency on none is named where it is said', (t) => {
  t.deepEqual(faultsOf({ a: ['b', 'x'], b: [] }), [
    'a/reeve.yaml:2: dependsOn names an unknown installation: x',
  ])
})

test('a cycle is shown to each installation in it, and to none that only depends on it', (t) => {
  t.deepEqual(faultsOf({ a: ['b'], b: ['c'], c: ['d', 'a'], d: [], before: ['a'] }), [
    'a/reeve.yaml:1: installations that depend on each other: a → b → c → a',
    'b/reeve.yaml:1: installations that depend on each other: b → c → a → b',
    'c/reeve.yaml:2: installations that depend on each other: c → a → b → c',
  ])
})

test('an installation that depends on itself is a cycle', (t) => {
  t.deepEqual(faultsOf({ a: ['a'] }), ['a/reeve.yaml:1: installations that depend on each other: a → a'])
})

test('a long chain of dependencies is no trouble', (t) => {
  const names = Array.from({ length: 2000 }, (_, index) => `i${index}`)
  const chain = Object.fromEntries(names.map((name, index) => [name, names.slice(index + 1, index + 2)]))
  t.deepEqual(faultsOf(chain), [])
  t.is(faultsOf({ ...chain, i1999: ['i0'] }).length, 2000)
})

test('many unknown dependencies among many installations are no trouble, and the first ones get a suggestion', (t) => {
  const many = Array.from({ length: 5_000 }, (_, index) => `customer-${index}`)
  const start = process.cpuUsage()
  const faults = faultsOf(Object.fromEntries(many.map((name) => [name, [`${name}-x`, 'custmer-77']])))
  const { user, system } = process.cpuUsage(start)
  t.true(user + system < 5_000_000)
  t.is(faults.length, 10_000)
  t.regex(faults[0] ?? '', /: customer-0-x; did you mean customer-0\?$/)
  t.regex(faults.at(-1) ?? '', /: custmer-77; did you mean customer-77\?$/)
})
