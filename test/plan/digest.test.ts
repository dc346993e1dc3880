import test from 'ava'
import { APPLIED_ANNOTATION } from '../../src/model/labels.ts'
import { revisionAt } from '../../src/model/revision.ts'
import { appliedOf, formatApplied, parseApplied } from '../../src/plan/applied.ts'
import { desiredOf } from '../../src/plan/desired.ts'
import { digestOf } from '../../src/plan/digest.ts'
import { commit, configMap, owner, resolvedOf } from './helpers/objects.ts'

test('the order of keys does not change a digest, a value does', (t) => {
  const one = configMap({ a: '1', b: '2' })
  t.is(digestOf(one), digestOf(configMap({ b: '2', a: '1' })))
  t.not(digestOf(one), digestOf(configMap({ a: '1', b: '3' })))
  t.not(digestOf(one), digestOf(configMap({ a: '1', b: '2' }, { labels: { x: 'y' } })))
  t.regex(digestOf(one), /^[\w-]{16}$/)
})

test('what Reeve adds to an object does not change its digest', (t) => {
  for (const object of [configMap({}), configMap({}, { labels: { a: 'b' }, annotations: { c: 'd' } })]) {
    t.is(digestOf(desiredOf(resolvedOf(object), owner)), digestOf(object))
  }
})

test('the annotation is read back as it was written', (t) => {
  for (const settled of ['', 'abc_EF-123']) {
    const applied = { revision: revisionAt(commit('1')), digest: 'abcdef-_ABCDEF12', settled }
    t.deepEqual(parseApplied(formatApplied(applied)), applied)
  }
})

test('an annotation that Reeve did not write is none', (t) => {
  for (const text of [
    undefined,
    '',
    'x',
    `${commit('1')}`,
    `${commit('1')}.short`,
    `${commit('g')}.abcdef-_ABCDEF12`,
  ]) {
    t.is(parseApplied(text), undefined)
  }
  t.is(appliedOf(configMap({}, { annotations: { [APPLIED_ANNOTATION]: 7 } })), undefined)
  t.is(appliedOf(configMap({})), undefined)
})
