import test from 'ava'
import { APPLIED_ANNOTATION } from '../../../src/model/labels.ts'
import { revisionAt } from '../../../src/model/revision.ts'
import { appliedOf, formatApplied, parseApplied } from '../../../src/stages/plan/applied.ts'
import { desiredOf } from '../../../src/stages/plan/desired.ts'
import { digestOf } from '../../../src/stages/plan/digest.ts'
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

const whole = revisionAt(commit('1'))
const mixed = { own: commit('1'), inherited: commit('2'), group: 'eu.abcdefghijklmnop' }
const digest = 'abcdef-_ABCDEF12'
const [bound, seal] = ['AbCd-_12', 'abcdefghijklmnopqrst-_']

test('a mark is read back as it was written', (t) => {
  for (const revision of [whole, mixed, { own: commit('1'), inherited: commit('2') }])
    for (const settled of ['', 'abc_EF-123'])
      for (const binding of [{}, { bound }, { bound, seal }]) {
        const applied = { revision, digest, settled, ...binding }
        t.deepEqual(parseApplied(formatApplied(applied)), applied)
      }
})

test('the marks of earlier Reeves are read, and written, as they are', (t) => {
  for (const text of [`${commit('1')}.${digest}`, `${commit('1')}.${digest}.abc_EF-123`]) {
    const applied = parseApplied(text)
    t.like(applied, { revision: whole, digest, bound: undefined, seal: undefined })
    t.is(applied && formatApplied(applied), text)
  }
})

test('a mark is 32 characters longer than those of earlier Reeves', (t) => {
  const short = formatApplied({ revision: whole, digest, settled: '' })
  t.is(formatApplied({ revision: whole, digest, settled: '', bound, seal }).length - short.length, 32)
})

test('an annotation that Reeve did not write is none', (t) => {
  for (const text of [
    undefined,
    '',
    'x',
    `${commit('1')}`,
    `${commit('1')}.short`,
    `${commit('g')}.abcdef-_ABCDEF12`,
    `${commit('A')}.abcdef-_ABCDEF12`,
    ` ${commit('1')}.abcdef-_ABCDEF12`,
    `${commit('1')}.abcdef-_ABCDEF12\n`,
    `${commit('1')}.abcdef-_ABCDEF12~short`,
    `${commit('1')}.abcdef-_ABCDEF12~${bound}~short`,
    `${commit('1')}.abcdef-_ABCDEF12~~${seal}`,
    `${commit('1')}+${commit('2')}@Production.abcdef-_ABCDEF12`,
  ]) {
    t.is(parseApplied(text), undefined)
  }
  t.is(appliedOf(configMap({}, { annotations: { [APPLIED_ANNOTATION]: 7 } })), undefined)
  t.is(appliedOf(configMap({})), undefined)
})
