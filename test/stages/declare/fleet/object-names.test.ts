import test from 'ava'
import type { Draft } from '../../../../src/stages/declare/fleet/drafts.ts'
import { objectNames } from '../../../../src/stages/declare/fleet/object-names.ts'

function draft(name: string, document?: string): Draft {
  const placed = document === undefined ? undefined : ({ document: { name: document } } as Draft['document'])
  return { name, source: '', location: undefined, document: placed, objects: [], isAlone: false, faults: [] }
}

for (const [title, drafts, expected] of [
  ['a directory lends its name', [draft('acme')], { acme: 'acme' }],
  ['a path is joined by dots', [draft('eu/acme')], { 'eu/acme': 'eu.acme' }],
  ['an installation with a document needs none', [draft('acme', 'acme')], {}],
  [
    'a name that a document has is not given again',
    [draft('acme'), draft('eu/acme', 'acme')],
    { acme: /^acme-[0-9a-f]{8}$/ },
  ],
  [
    'two directories never share a name, and the one whose own it is keeps it',
    [draft('eu/acme'), draft('eu.acme')],
    { 'eu/acme': /^eu-acme-[0-9a-f]{8}$/, 'eu.acme': 'eu.acme' },
  ],
  [
    'a name that Kubernetes does not accept becomes one',
    [draft('Größe_1'), draft('...'), draft('x'.repeat(300))],
    { Größe_1: /^gr-e-1-[0-9a-f]{8}$/, '...': /^installation-[0-9a-f]{8}$/, ['x'.repeat(300)]: /^x{244}-/ },
  ],
] as const)
  test(title, (t) => {
    const names = objectNames(drafts)
    t.deepEqual([...names.keys()].sort(), Object.keys(expected).sort())
    for (const [name, wanted] of Object.entries(expected)) {
      const found = names.get(name) ?? ''
      t.true(wanted instanceof RegExp ? wanted.test(found) : found === wanted, found)
      t.regex(found, /^[a-z0-9][-.a-z0-9]{0,251}[a-z0-9]$/)
    }
  })
