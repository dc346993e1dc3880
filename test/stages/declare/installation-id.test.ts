import test from 'ava'
import fc from 'fast-check'
import { installationId } from '../../../src/stages/declare/installation-id.ts'

const labelValue = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

for (const [name, id] of [
  ['acme', 'acme'],
  ['eu/acme', 'eu_acme'],
  ['a-b.c/1/2', 'a-b.c_1_2'],
  ['a'.repeat(63), 'a'.repeat(63)],
] as const) {
  test(`the plain name ${name} stays readable`, (t) => t.is(installationId(name), id))
}

for (const [name, slug] of [
  ['Acme', 'acme-H'],
  ['eu_acme', 'eu-acme-H'],
  ['-acme', 'acme-H'],
  ['my app/Ünit', 'my-app-nit-H'],
  ['a'.repeat(64), `${'a'.repeat(41)}-H`],
  ['日本', 'H'],
] as const) {
  test(`${name} gets a slug and a hash`, (t) => {
    const id = installationId(name)
    t.true(id.startsWith(slug), id)
    t.regex(id, labelValue)
  })
}

test('every name has an id of its own that is a label value', (t) => {
  const name = fc.oneof(fc.stringMatching(/^[a-cA-C_/.-]{1,6}$/), fc.string({ minLength: 1, maxLength: 100 }))
  fc.assert(
    fc.property(name, name, (a, b) => {
      const ids = [installationId(a), installationId(b)]
      return ids.every((id) => labelValue.test(id)) && (a === b) === (ids[0] === ids[1])
    }),
    { numRuns: 2000 },
  )
  t.pass()
})
