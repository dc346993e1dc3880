import test from 'ava'
import type { JsonObject, JsonValue } from '../../../../src/model/json.ts'
import { sameValue } from '../../../../src/stages/plan/normalise/same-value.ts'
import { compileComponents } from '../../../../src/stages/plan/schema/compile-components.ts'

const GO = 'io.k8s.api.core.v1.Example'
const string = { type: 'string' }

/** The schema of a Go struct with these properties. */
function struct(properties: JsonObject, name = GO) {
  return compileComponents({ [name]: { type: 'object', properties } })(name)
}

type Case = readonly [title: string, properties: JsonObject, declared: JsonValue, live: JsonValue]

const list = { type: 'array', items: string }
const map = { type: 'object', additionalProperties: string }
const pointer = { type: 'object', properties: { a: string } }
const keyed = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: { type: 'object', properties: { name: string, port: { type: 'integer', default: 7 } } },
}

const same: readonly Case[] = [
  ['null is no field', { a: string }, { a: null }, {}],
  ['null is the default', { a: { ...string, default: 'x' } }, { a: null }, { a: 'x' }],
  ['an empty list is dropped', { a: list }, { a: [] }, {}],
  ['an empty map is dropped', { a: map }, { a: {} }, {}],
  ['an empty list comes back as null', { a: list }, { a: [] }, { a: null }],
  ['a live default counts as missing', { a: { ...string, default: 'x' } }, {}, { a: 'x' }],
  [
    'the elements of a nested map list have no order',
    { a: keyed },
    { a: [{ name: 'x' }, { name: 'y' }] },
    { a: [{ name: 'y', port: 7 }, { name: 'x' }] },
  ],
]

const different: readonly Case[] = [
  ['an empty struct is a pointer', { a: pointer }, { a: {} }, {}],
  ['a field in addition', { a: string }, {}, { a: 'x' }],
  ['another value than the default', { a: { ...string, default: 'x' } }, {}, { a: 'y' }],
  ['the order of an atomic list', { a: list }, { a: ['x', 'y'] }, { a: ['y', 'x'] }],
  ['a list that is shorter', { a: list }, { a: ['x'] }, { a: ['x', 'y'] }],
  ['another element of a map list', { a: keyed }, { a: [{ name: 'x' }] }, { a: [{ name: 'y' }] }],
  ['an object where there was a list', { a: list }, { a: {} }, { a: ['x'] }],
]

for (const [title, properties, declared, live] of same) {
  test(`no difference: ${title}`, (t) => t.true(sameValue(declared, live, struct(properties))))
}

for (const [title, properties, declared, live] of different) {
  test(`a difference: ${title}`, (t) => t.false(sameValue(declared, live, struct(properties))))
}

test('a custom resource keeps empty maps and lists', (t) => {
  const schema = struct({ a: list, b: map }, 'com.example.v1.Thing')
  t.false(sameValue({ a: [] }, {}, schema))
  t.false(sameValue({ b: {} }, {}, schema))
})

test('false and "" are no difference where the Go field has omitempty and is no pointer', (t) => {
  const boolean = { type: 'boolean' }
  const schema = struct(
    { hostNetwork: boolean, shareProcessNamespace: boolean },
    'io.k8s.api.core.v1.PodSpec',
  )
  t.true(sameValue({ hostNetwork: false }, {}, schema))
  t.false(sameValue({ hostNetwork: true }, {}, schema))
  t.false(sameValue({ shareProcessNamespace: false }, {}, schema))
})

test('what the defaulting functions of Kubernetes add is no difference', (t) => {
  const schema = struct({ fieldPath: string, apiVersion: string }, 'io.k8s.api.core.v1.ObjectFieldSelector')
  t.true(sameValue({ fieldPath: 'metadata.name' }, { fieldPath: 'metadata.name', apiVersion: 'v1' }, schema))
  t.false(sameValue({ fieldPath: 'metadata.name' }, { fieldPath: 'metadata.name', apiVersion: 'v2' }, schema))
})

test('a zero value that the server drops and then defaults is no difference', (t) => {
  const schema = struct({ type: string }, 'io.k8s.api.apps.v1.DeploymentStrategy')
  t.true(sameValue({ type: '' }, { type: 'RollingUpdate' }, schema))
  t.false(sameValue({ type: '' }, { type: 'Recreate' }, schema))
})

test('a struct that is there by default comes with the defaults in it', (t) => {
  const strategy = { type: 'object', default: {}, properties: { type: string, other: string } }
  const name = 'io.k8s.api.apps.v1.DeploymentStrategy'
  const schema = compileComponents({
    [GO]: { type: 'object', properties: { strategy: { allOf: [{ $ref: name }], default: {} } } },
    [name]: strategy,
  })(GO)
  t.true(sameValue({ strategy: null }, { strategy: { type: 'RollingUpdate' } }, schema))
  t.true(sameValue({}, { strategy: { type: 'RollingUpdate' } }, schema))
  t.false(sameValue({}, { strategy: { type: 'Recreate' } }, schema))
  t.false(sameValue({}, { strategy: { type: 'RollingUpdate', other: 'x' } }, schema))
})

test('an entry of a map is there by no default, whatever the document says of its values', (t) => {
  const values = { type: 'string', default: '' }
  const selector = { type: 'object', additionalProperties: values, 'x-kubernetes-map-type': 'atomic' }
  const schema = struct({ selector })
  t.false(sameValue({ selector: { a: 'b' } }, { selector: { a: 'b', c: '' } }, schema))
})

test('a null in a list or map is what Go decodes it to', (t) => {
  const values = { type: 'string' }
  const selector = { type: 'object', additionalProperties: values, 'x-kubernetes-map-type': 'atomic' }
  const schema = struct({ selector, args: { type: 'array', items: values } })
  t.true(sameValue({ selector: { a: null } }, { selector: { a: '' } }, schema))
  t.false(sameValue({ selector: { a: null } }, { selector: { a: 'b' } }, schema))
  t.true(sameValue({ args: ['a', null] }, { args: ['a', ''] }, schema))
  t.false(sameValue({ args: ['a', null] }, { args: ['a', 'b'] }, schema))
})

test('what the server gives out is no difference to a zero value, null or nothing', (t) => {
  const schema = struct({ clusterIP: string, selector: map }, 'io.k8s.api.core.v1.ServiceSpec')
  for (const declared of [{ clusterIP: '' }, { clusterIP: null }, {}])
    t.true(sameValue(declared, { clusterIP: '10.0.0.7' }, schema), JSON.stringify(declared))
  t.false(sameValue({ clusterIP: 'None' }, { clusterIP: '10.0.0.7' }, schema))
  t.false(sameValue({ clusterIP: '10.0.0.7' }, {}, schema))
})
