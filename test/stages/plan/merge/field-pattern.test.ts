import test from 'ava'
import { covers, parsePattern, patternBelow } from '../../../../src/stages/plan/merge/field-pattern.ts'
import type { Step } from '../../../../src/stages/plan/merge/pointer.ts'

const ports = {
  type: 'map',
  keys: [{ name: 'containerPort' }, { name: 'protocol', default: 'TCP' }],
} as const
const port = (index: number, containerPort: number): Step => ({
  index,
  element: { containerPort },
  list: ports,
})
const finalizer = (element: string): Step => ({ index: 0, element, list: { type: 'set' } })

const cases: readonly (readonly [pointer: string, path: readonly Step[], isCovered: boolean])[] = [
  ['/spec/replicas', ['spec', 'replicas'], true],
  ['/spec', ['spec', 'replicas'], true],
  ['', ['spec', 'replicas'], true],
  ['/spec/replicas', ['spec'], false],
  ['/spec/replicas', ['spec', 'paused'], false],
  ['/metadata/annotations/a.example.com~1b~0c', ['metadata', 'annotations', 'a.example.com/b~c'], true],
  ['/data/*', ['data', 'any'], true],
  ['/data/*', ['data'], false],
  ['/data/a*', ['data', 'ab'], false],
  ['/ports/[containerPort=80,protocol=TCP]', ['ports', port(3, 80)], true],
  ['/ports/[containerPort=80]', ['ports', port(3, 80)], true],
  ['/ports/[containerPort=80,protocol=UDP]', ['ports', port(3, 80)], false],
  ['/ports/[name=web]', ['ports', port(3, 80)], false],
  ['/ports/3', ['ports', port(3, 80)], true],
  ['/ports/2', ['ports', port(3, 80)], false],
  ['/ports/*/hostPort', ['ports', port(3, 80), 'hostPort'], true],
  ['/finalizers/[=a.example.com~1b,c=d]', ['finalizers', finalizer('a.example.com/b,c=d')], true],
  ['/finalizers/[=a]', ['finalizers', finalizer('b')], false],
  ['/data/[name=app]', ['data', '[name=app]'], false],
]

for (const [pointer, path, isCovered] of cases) {
  const place = path.map((step) => (typeof step === 'string' ? step : JSON.stringify(step.element))).join(' ')
  test(`${JSON.stringify(pointer)} ${isCovered ? 'names' : 'does not name'} ${place}`, (t) => {
    t.is(covers(parsePattern(pointer), path), isCovered)
  })
}

test('the rest of a pattern is what lies below a place', (t) => {
  const pattern = parsePattern('/spec/ports/[containerPort=80]/name')
  t.deepEqual(patternBelow(pattern, ['spec', 'ports', port(0, 80)]), [{ kind: 'name', name: 'name' }])
  t.is(patternBelow(pattern, ['spec', 'ports', port(0, 81)]), undefined)
  t.is(patternBelow(pattern, ['spec', 'ports', port(0, 80), 'name']), undefined)
  t.is(patternBelow(pattern, ['spec'])?.length, 3)
})
