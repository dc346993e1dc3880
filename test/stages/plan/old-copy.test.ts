import test from 'ava'
import fc from 'fast-check'
import { rfc3339 } from '../../../src/model/rfc3339.ts'
import type { SelectedCopy } from '../../../src/model/status.ts'
import { type CopiesView, type Fate, fateOf, nextSelected } from '../../../src/stages/plan/old-copy.ts'

const NOW = Date.parse('2026-12-01T06:00:00Z')
const KEEP = 600_000
const at = (minutesAgo: number) => rfc3339(NOW - minutesAgo * 60_000)

const view = (more: Partial<CopiesView>): CopiesView => ({
  declared: { name: 'new', keepOldFor: KEEP },
  selected: new Set(['new']),
  recorded: { name: 'new', since: at(4), before: 'old' },
  isReady: true,
  isAsleep: false,
  now: NOW,
  ...more,
})

const CASES: readonly (readonly [string, string, Partial<CopiesView>, Fate])[] = [
  ['the copy that serves stays', 'old', { selected: new Set(['old']), isReady: false }, { does: 'wait' }],
  ['one that a Service still selects stays', 'old', { selected: new Set(['old', 'new']) }, { does: 'wait' }],
  ['the one before stays for the rest of its time', 'old', {}, { does: 'keep', forMs: 6 * 60_000 }],
  ['it goes after that', 'old', { recorded: { name: 'new', since: at(10), before: 'old' } }, { does: 'go' }],
  [
    'it stays while the new one is not well',
    'old',
    { recorded: { name: 'new', since: at(10), before: 'old' }, isReady: false },
    { does: 'wait' },
  ],
  [
    'a switch that is yet to be recorded has just been',
    'old',
    { recorded: { name: 'old', since: at(90) } },
    { does: 'keep', forMs: KEEP },
  ],
  [
    'without a record, all of the time is left',
    'old',
    { recorded: undefined },
    { does: 'keep', forMs: KEEP },
  ],
  [
    'a time to come is as now',
    'old',
    { recorded: { name: 'new', since: at(-90), before: 'old' } },
    { does: 'keep', forMs: KEEP },
  ],
  ['one that never served goes at once', 'bad', {}, { does: 'unused' }],
  [
    'also while the new one is not well',
    'bad',
    { selected: new Set(['old']), recorded: { name: 'old', since: at(90) }, isReady: false },
    { does: 'unused' },
  ],
  [
    'one that had its time does not wait for a further switch',
    'old',
    {
      declared: { name: 'newer', keepOldFor: KEEP },
      recorded: { name: 'new', since: at(10), before: 'old' },
      isReady: false,
    },
    { does: 'unused' },
  ],
  ['asleep, it goes at once', 'old', { isAsleep: true }, { does: 'go' }],
  [
    'in place again, it goes once that is well',
    'old',
    { declared: undefined, selected: new Set() },
    { does: 'go' },
  ],
  [
    'in place again, it stays until that is well',
    'old',
    { declared: undefined, selected: new Set([undefined]), isReady: false },
    { does: 'wait' },
  ],
  [
    'where Services select any copy, all stay until they are switched',
    'old',
    { selected: new Set([undefined]), isReady: false },
    { does: 'wait' },
  ],
]

for (const [title, copy, more, fate] of CASES)
  test(title, (t) => {
    t.deepEqual(fateOf(copy, view(more)), fate)
  })

test('the record tells a switch once all Services are switched', (t) => {
  const recorded: SelectedCopy = { name: 'old', since: at(90) }
  t.is(nextSelected(new Set(['old']), recorded, at(0)), recorded)
  t.is(nextSelected(new Set(['old', 'new']), recorded, at(0)), recorded)
  t.is(nextSelected(new Set(), recorded, at(0)), recorded)
  t.deepEqual(nextSelected(new Set(['new']), recorded, at(0)), { name: 'new', since: at(0), before: 'old' })
  t.deepEqual(nextSelected(new Set(['new']), undefined, at(0)), { name: 'new', since: at(0) })
  t.is(nextSelected(new Set([undefined]), recorded, at(0)), undefined)
})

type Event =
  | { readonly type: 'commit'; readonly copy: string }
  | { readonly type: 'health'; readonly copy: string; readonly isWell: boolean }
  /** A round, which may be killed after so many patches of Services, or before it is observed. */
  | { readonly type: 'round'; readonly patches: number; readonly isObserved: boolean }
  | { readonly type: 'time'; readonly minutes: number }

const copies = fc.constantFrom('a', 'b', 'c', 'd')
const events: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('commit' as const), copy: copies }),
    fc.record({ type: fc.constant('health' as const), copy: copies, isWell: fc.boolean() }),
    fc.record({
      type: fc.constant('round' as const),
      patches: fc.integer({ min: 0, max: 3 }),
      isObserved: fc.boolean(),
    }),
    fc.record({ type: fc.constant('time' as const), minutes: fc.integer({ min: 0, max: 8 }) }),
  ),
  { maxLength: 60, size: 'max' },
)

/** An installation with two Services, as rounds of Reeve change it. */
class World {
  now = NOW
  declared = 'a'
  readonly running = new Set(['a'])
  readonly unwell = new Set<string>()
  services: [string, string] = ['a', 'a']
  recorded: SelectedCopy | undefined = { name: 'a', since: rfc3339(NOW) }
  /** The last complete switch that a Reeve saw: from which copy, and when. */
  left: { readonly copy: string; readonly at: number } | undefined
  readonly broken: string[] = []

  step(event: Event): void {
    if (event.type === 'commit') this.declared = event.copy
    else if (event.type === 'time') this.now += event.minutes * 60_000
    else if (event.type === 'health') this.#setHealth(event.copy, event.isWell)
    else this.#round(event)
  }

  end(): void {
    this.unwell.clear()
    for (let turn = 0; turn < 3; turn += 1) {
      this.step({ type: 'round', patches: 3, isObserved: true })
      this.now += KEEP
    }
  }

  get #isWell(): boolean {
    return this.running.has(this.declared) && !this.unwell.has(this.declared)
  }

  #setHealth(copy: string, isWell: boolean): void {
    if (isWell) this.unwell.delete(copy)
    else this.unwell.add(copy)
  }

  #round({ patches, isObserved }: Event & { readonly type: 'round' }): void {
    this.running.add(this.declared)
    if (this.#isWell)
      for (let index = 0; index < Math.min(patches, 2); index += 1)
        this.services[index as 0 | 1] = this.declared
    if (patches === 3) this.#prune()
    if (isObserved) this.#observe()
    for (const each of this.services)
      if (!this.running.has(each)) this.broken.push(`${each} serves, and is gone`)
  }

  #prune(): void {
    const isReady = this.#isWell && this.services.every((each) => each === this.declared)
    const seen = view({
      declared: { name: this.declared, keepOldFor: KEEP },
      selected: new Set(this.services),
      recorded: this.recorded,
      isReady,
      now: this.now,
    })
    for (const copy of this.running) {
      if (copy === this.declared) continue
      const { does } = fateOf(copy, seen)
      if (does === 'go' || does === 'unused') this.#remove(copy)
    }
  }

  #remove(copy: string): void {
    this.running.delete(copy)
    const { left } = this
    if (left?.copy === copy && this.now < left.at + KEEP - 1_000)
      this.broken.push(`${copy} is gone ${this.now - left.at} ms after the switch`)
  }

  #observe(): void {
    const next = nextSelected(new Set(this.services), this.recorded, rfc3339(this.now))
    if (next !== this.recorded && next?.before !== undefined)
      this.left = this.running.has(next.before) ? { copy: next.before, at: this.now } : undefined
    this.recorded = next
  }
}

test('in any history what serves stays, the copy before has its time, and one copy is left in the end', (t) => {
  const runs = Number(process.env.REEVE_COPIES_RUNS ?? 2_000)
  fc.assert(
    fc.property(events, (history) => {
      const world = new World()
      for (const event of history) world.step(event)
      world.end()
      t.deepEqual(world.broken, [])
      t.deepEqual([...world.running], [world.declared])
      t.deepEqual(world.services, [world.declared, world.declared])
    }),
    { numRuns: runs },
  )
  t.pass()
})
