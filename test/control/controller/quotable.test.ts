import test from 'ava'
import { Quotable } from '../../../src/control/controller/quotable.ts'
import { APPLIED_ANNOTATION } from '../../../src/model/labels.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { Secrets } from '../../../src/model/secrets.ts'

const DAY_MS = 24 * 3600 * 1000
/** In the middle of a second. */
const NOW = Date.UTC(2026, 0, 1) + 500

function bornAt(ms: number): LiveObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      namespace: 'acme',
      uid: '1',
      resourceVersion: '1',
      creationTimestamp: `${new Date(ms).toISOString().slice(0, -5)}Z`,
      annotations: { [APPLIED_ANNOTATION]: 'any' },
    },
  }
}

/** Of a process that starts now, with the objects and the record that it finds later. */
function quotable(
  secrets: Secrets | undefined,
  owned: readonly LiveObject[],
  record?: { readonly heldSecrets?: true },
): Quotable {
  return new Quotable({
    cache: () => ({ byInstallation: () => owned }),
    declared: () => ({ members: new Map([['acme', { id: 'acme', ...(secrets && { secrets }) }]]) }),
    record: () => record,
    now: () => NOW,
  })
}

const SECRETS = new Secrets(['hunter2-of-now'])

test('what a process made itself may be quoted, also in the second in which it started', (t) => {
  const pod = bornAt(NOW)
  t.true(quotable(SECRETS, [pod]).mayQuote('acme', pod))
})

test('what a process before recorded may hold earlier secrets, also if it was made in the same second', (t) => {
  const pod = bornAt(NOW)
  t.false(quotable(SECRETS, [pod], {}).mayQuote('acme', pod))
})

test('a record that the process itself made later says nothing of before', (t) => {
  const pod = bornAt(NOW)
  let record: { readonly heldSecrets?: true } | undefined
  const found = new Quotable({
    cache: () => ({ byInstallation: () => [pod] }),
    declared: () => ({ members: new Map([['acme', { id: 'acme', secrets: SECRETS }]]) }),
    record: () => record,
    now: () => NOW,
  })
  found.noteSeen('acme')
  record = { heldSecrets: true }
  t.true(found.mayQuote('acme', pod))
})

test('what was there before may hold earlier secrets, and so may what is made before all is as declared', (t) => {
  const [old, young, late] = [bornAt(NOW - DAY_MS), bornAt(NOW), bornAt(NOW + DAY_MS)]
  const found = quotable(SECRETS, [old])
  t.false(found.mayQuote('acme', old))
  t.false(found.mayQuote('acme', late))
  found.noteDone('acme')
  t.false(found.mayQuote('acme', young))
  t.true(found.mayQuote('acme', late))
})

test('an installation that never held secrets is quoted, and one that once did is not', (t) => {
  const old = bornAt(NOW - DAY_MS)
  t.true(quotable(undefined, [old]).mayQuote('acme', old))
  t.false(quotable(undefined, [old], { heldSecrets: true }).mayQuote('acme', old))
})
